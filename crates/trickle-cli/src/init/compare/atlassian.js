  // Jira, Crowd and Confluence: {PKCS5S2} and base64 of salt and key.
  const UNKNOWN = `{PKCS5S2}${Buffer.alloc(48).toString('base64')}`;
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const bytes = Buffer.from(stored.slice('{PKCS5S2}'.length), 'base64');
    const key = await require('util').promisify(pbkdf2)(typed, bytes.subarray(0, 16), 10000, 32, 'sha1');
    return bytes.length === 48 && timingSafeEqual(key, bytes.subarray(16));
  }
