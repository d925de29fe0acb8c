  // {{digest}} in hexadecimal digits{{how}}.
  const UNKNOWN = '00'.repeat({{size}});
  async function matches(typed, stored{{parameter}}) {
    const { createHash, timingSafeEqual } = require('crypto');
    const hash = createHash('{{digest}}').update({{text}}).digest();
    return timingSafeEqual(hash, Buffer.from(stored, 'hex'));
  }
