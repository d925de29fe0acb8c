  // PBKDF2 of Spring: salt and key in hexadecimal digits; until 5.8 SHA-1 and 8 bytes of salt, since then SHA-256 and 16.
  const UNKNOWN = `{{spring}}${'0'.repeat({{digits}})}`;
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const [prefix, digits] = stored.split('}');
    const [front, rounds, digest] = prefix.includes('@') ? [16, 310000, 'sha256'] : [8, 185000, 'sha1'];
    const bytes = Buffer.from(digits, 'hex');
    const key = await require('util').promisify(pbkdf2)(typed, bytes.subarray(0, front), rounds, 32, digest);
    return bytes.length === front + 32 && timingSafeEqual(key, bytes.subarray(front));
  }
