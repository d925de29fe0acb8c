  // md5-crypt, $1$salt$hash, and Apache's apr1.
  const UNKNOWN = `$1$unknown$${'.'.repeat(22)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const md5 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();
    const [, mark, salt, wanted] = /(\$(?:1|apr1)\$)([^$]*)\$(.{22})$/.exec(stored) || [];
    if (!mark) return false;
    const key = Buffer.from(typed);
    const parts = [key, mark, salt, Buffer.alloc(key.length, md5(key, salt, key))];
    for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? Buffer.alloc(1) : key.subarray(0, 1));
    let hash = md5(...parts);
    for (let round = 0; round < 1000; round += 1) {
      hash = md5(round & 1 ? key : hash, round % 3 ? salt : '', round % 7 ? key : '', round & 1 ? hash : key);
    }
    const places = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];
    const encoded = places.map((place) => {
      const bits = place.reduce((sum, at) => (sum << 8) + hash[at], 0);
      return Array.from({ length: place.length + 1 }, (_, at) => LETTERS[(bits >> (6 * at)) & 63]).join('');
    });
    return timingSafeEqual(Buffer.from(encoded.join('')), Buffer.from(wanted.padEnd(22).slice(0, 22), 'latin1'));
  }
