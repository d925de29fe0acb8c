  // Django: pbkdf2_DIGEST$rounds$salt$base64, bcrypt_sha256$bcrypt, scrypt$N$salt$r$p$base64.
  const UNKNOWN = 'pbkdf2_sha256$600000$unknown$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
  async function matches(typed, stored) {
    const { createHash, pbkdf2, scrypt, timingSafeEqual } = require('crypto');
    const { promisify } = require('util');
    const [algorithm, ...parts] = stored.split('$');
    if (algorithm === 'bcrypt_sha256') {
      const hash = createHash('sha256').update(typed).digest('hex');
      return require('bcrypt').compare(hash, stored.slice('bcrypt_sha256$'.length));
    }
    const wanted = Buffer.from(parts.at(-1), 'base64');
    const [first, salt, r, p] = parts;
    const key = algorithm === 'scrypt'
      ? await promisify(scrypt)(typed, salt, wanted.length, { N: Number(first), r: Number(r), p: Number(p), maxmem: 128 * 1024 * 1024 })
      : await promisify(pbkdf2)(typed, salt, Number(first), wanted.length, algorithm.replace('pbkdf2_', ''));
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
