  // scrypt of Spring, and of lambdaworks behind $s0: costs in hexadecimal digits (log2 N, r, p), salt and key in base64.
  const UNKNOWN = `{scrypt}${{costs}}$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(32).toString('base64')}`;
  async function matches(typed, stored) {
    const { scrypt, timingSafeEqual } = require('crypto');
    const [, digits, ...texts] = stored.replace(/^\$s0/, '').split('$');
    const costs = parseInt(digits, 16);
    const [salt, wanted] = texts.map((text) => Buffer.from(text, 'base64'));
    const key = await require('util').promisify(scrypt)(typed, salt, wanted.length, {
      N: 2 ** (costs >> 16), r: (costs >> 8) & 255, p: costs & 255, maxmem: 128 * 1024 * 1024,
    });
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
