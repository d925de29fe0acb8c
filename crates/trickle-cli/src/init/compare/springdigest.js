  // Spring's MessageDigestPasswordEncoder: {SCHEME}{salt}hex, over the password and {salt} with its braces.
  const UNKNOWN = `{SHA-256}{unknown}${'0'.repeat(64)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const [, scheme, salt = '', text] = /^\{([\w-]+)\}(\{[^}]*\})?([\da-f]+)$/i.exec(stored) || [];
    const digest = /^sha$/i.test(scheme) ? 'sha1' : String(scheme).toLowerCase().replace('-', '');
    const hash = createHash(digest).update(typed + salt).digest();
    const wanted = Buffer.from(text, 'hex');
    return wanted.length === hash.length && timingSafeEqual(hash, wanted);
  }
