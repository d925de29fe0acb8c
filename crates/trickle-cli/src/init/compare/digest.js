  // {{name}}.
  const UNKNOWN = Buffer.alloc({{size}}).toString('{{encoding}}');
  async function matches(typed, stored{{parameter}}) {
    const { createHash, timingSafeEqual } = require('crypto');
    const digest = (text) => createHash('{{digest}}').update(text).digest();
    {{parts}}
    const wanted = Buffer.from(hash, '{{encoding}}');
    return wanted.length === {{size}} && timingSafeEqual(digest({{text}}), wanted);
  }
