  // Django: pbkdf2_DIGEST$rounds$salt$base64.
  const UNKNOWN = 'pbkdf2_sha256$600000$unknown$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const [algorithm, rounds, salt, text] = stored.split('$');
    const wanted = Buffer.from(text, 'base64');
    const digest = algorithm.replace('pbkdf2_', '');
    const key = await require('util').promisify(pbkdf2)(typed, salt, Number(rounds), wanted.length, digest);
    return timingSafeEqual(key, wanted);
  }
