  // PBKDF2 as passlib writes it: $pbkdf2-DIGEST$rounds$salt$key, in its own base64.
  const UNKNOWN = `$pbkdf2-sha512$25000$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(86)}`;
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const [, name, rounds, ...texts] = stored.split('$');
    const [salt, wanted] = texts.map((text) => Buffer.from(text.replace(/\./g, '+'), 'base64'));
    const digest = name.replace(/^pbkdf2-?/, '') || 'sha1';
    const key = await require('util').promisify(pbkdf2)(typed, salt, Number(rounds), wanted.length, digest);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
