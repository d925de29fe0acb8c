  // PBKDF2 as CrackStation's samples write it: sha1:64000:18:salt:key in base64, before that 1000:salt:key in hexadecimal digits.
  const UNKNOWN = `sha1:64000:18:${'A'.repeat(32)}:${'A'.repeat(24)}`;
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const [, name, rounds, ...texts] = /^(?:(sha\d+):)?(\d+):(?:\d+:)?([^:]+):([^:]+)$/i.exec(stored) || [];
    if (!rounds) return false;
    const encoding = texts.every((text) => /^(?:[\da-f]{2})+$/i.test(text)) ? 'hex' : 'base64';
    const [salt, wanted] = texts.map((text) => Buffer.from(text, encoding));
    const digest = (name || 'sha1').toLowerCase();
    const key = await require('util').promisify(pbkdf2)(typed, salt, Number(rounds), wanted.length, digest);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
