  // scrypt: $scrypt$ln=,r=,p=$salt$key in base64.
  const UNKNOWN = `$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`;
  async function matches(typed, stored) {
    const { scrypt, timingSafeEqual } = require('crypto');
    const [, , parameters, ...texts] = stored.split('$');
    const { ln, r, p } = Object.fromEntries(parameters.split(',').map((part) => part.split('=')));
    const [salt, wanted] = texts.map((text) => Buffer.from(text.replace(/\./g, '+'), 'base64'));
    const key = await require('util').promisify(scrypt)(typed, salt, wanted.length, {
      N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: 128 * 1024 * 1024,
    });
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
