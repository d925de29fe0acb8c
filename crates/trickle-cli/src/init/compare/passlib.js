  // PBKDF2 as passlib and Auth0 write it: $pbkdf2-DIGEST$rounds$salt$key, in base64 with a dot for the plus.
  const UNKNOWN = `$pbkdf2-sha512$25000$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(86)}`;
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const [, name, cost, ...texts] = stored.split('$');
    const [salt, wanted] = texts.map((text) => Buffer.from(text.replace(/\./g, '+'), 'base64'));
    const digest = name.replace(/^pbkdf2-?/, '') || 'sha1';
    const rounds = Number(cost.replace(/^i=(\d+).*/, '$1'));
    const key = await require('util').promisify(pbkdf2)(typed, salt, rounds, wanted.length, digest);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
