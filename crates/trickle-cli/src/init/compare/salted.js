  // Salted digests of Django, md5$ and sha1$, and of old Werkzeug, where the salt is the key of an HMAC.
  const UNKNOWN = `sha1$unknown$${'0'.repeat(40)}`;
  async function matches(typed, stored) {
    const { createHash, createHmac, timingSafeEqual } = require('crypto');
    const [name, salt, text] = stored.split('$');
    const isDjango = name === 'md5' || name === 'sha1';
    const hash = (isDjango ? createHash(name).update(salt) : createHmac(name, salt)).update(typed).digest();
    const wanted = Buffer.from(text, 'hex');
    return wanted.length === hash.length && timingSafeEqual(hash, wanted);
  }
