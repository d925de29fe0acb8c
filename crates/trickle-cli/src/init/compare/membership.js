  // ASP.NET Universal Providers: HMAC-SHA-256 with the salt four times as its key.
  const UNKNOWN = Buffer.alloc(32).toString('base64');
  async function matches(typed, stored, salt) {
    const { createHmac, timingSafeEqual } = require('crypto');
    const bytes = Buffer.from(salt, 'base64');
    const key = Buffer.concat([bytes, bytes, bytes, bytes]);
    const hash = createHmac('sha256', key).update(Buffer.from(typed, 'utf16le')).digest();
    const wanted = Buffer.from(stored, 'base64');
    return wanted.length === hash.length && timingSafeEqual(hash, wanted);
  }
