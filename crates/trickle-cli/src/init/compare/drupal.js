  // Drupal 7: $S$, the logarithm of the rounds, a salt, and SHA-512 in phpass' base64.
  const UNKNOWN = '$S$DAAAAAAAAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    // Sites that came from Drupal 6 hashed their MD5 hashes once more.
    const text = stored.startsWith('U$') ? createHash('md5').update(typed).digest('hex') : typed;
    const own = stored.replace(/^U/, '');
    const once = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest();
    let hash = once(own.slice(4, 12), text);
    for (let round = 2 ** LETTERS.indexOf(own[3]); round > 0; round -= 1) hash = once(hash, text);
    let encoded = '';
    for (let at = 0; at < hash.length; at += 3) {
      let bits = hash[at] + ((hash[at + 1] || 0) << 8) + ((hash[at + 2] || 0) << 16);
      for (let letter = 0; letter < 4; letter += 1, bits >>= 6) encoded += LETTERS[bits & 63];
    }
    const wanted = Buffer.from(own.slice(12));
    return wanted.length >= 16 && wanted.length <= encoded.length && timingSafeEqual(Buffer.from(encoded).subarray(0, wanted.length), wanted);
  }
