  // SHA-crypt: $5$ or $6$, then rounds=N$ where there are not 5000, salt$hash.
  const UNKNOWN = `$6$unknown$${'.'.repeat(86)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const LETTERS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const [, id, rounds = 5000, salt, wanted] = /\$([56])\$(?:rounds=(\d+)\$)?([^$]*)\$([./\w]+)$/.exec(stored) || [];
    if (!id) return false;
    const [name, third, step, last] = id === '5' ? ['sha256', 10, 21, [31, 30]] : ['sha512', 21, 22, [63]];
    const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash(name)).digest();
    const key = Buffer.from(typed);
    const both = digest(key, salt, key);
    const parts = [key, salt, Buffer.alloc(key.length, both)];
    for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? both : key);
    let hash = digest(...parts);
    const keys = Buffer.alloc(key.length, digest(...Array(key.length).fill(key)));
    const salts = Buffer.alloc(salt.length, digest(salt.repeat(16 + hash[0])));
    for (let round = 0; round < rounds; round += 1) {
      hash = digest(round & 1 ? keys : hash, round % 3 ? salts : '', round % 7 ? keys : '', round & 1 ? hash : keys);
    }
    const places = Array.from({ length: third }, (_, at) => [0, 1, 2].map((part) => (at * step + part * third) % (3 * third)));
    const encoded = [...places, last].map((place) => {
      const bits = place.reduce((sum, at) => (sum << 8) + hash[at], 0);
      return Array.from({ length: place.length + 1 }, (_, at) => LETTERS[(bits >> (6 * at)) & 63]).join('');
    }).join('');
    return encoded.length === wanted.length && timingSafeEqual(Buffer.from(encoded), Buffer.from(wanted));
  }
