  // Werkzeug: pbkdf2:DIGEST:rounds$salt$hex, or scrypt:N:r:p$salt$hex.
  const UNKNOWN = `pbkdf2:sha256:600000$unknown$${'00'.repeat(32)}`;
  async function matches(typed, stored) {
    const { pbkdf2, scrypt, timingSafeEqual } = require('crypto');
    const { promisify } = require('util');
    const [method, salt, text] = stored.split('$');
    const wanted = Buffer.from(text, 'hex');
    const [name, first, second, third] = method.split(':');
    const key = name === 'scrypt'
      ? await promisify(scrypt)(typed, salt, wanted.length, {
        N: Number(first), r: Number(second), p: Number(third), maxmem: 128 * 1024 * 1024,
      })
      : await promisify(pbkdf2)(typed, salt, Number(second), wanted.length, first);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
