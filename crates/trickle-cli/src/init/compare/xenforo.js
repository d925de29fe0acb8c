  // XenForo: PHP's text with bcrypt, or with a digest over the password's digest and a salt.
  const UNKNOWN = 'a:1:{s:4:"hash";s:60:"$2b${{cost}}$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62";}';
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const parts = [...stored.matchAll(/"(\w+)";s:\d+:"([^"]*)"/g)].map(([, name, text]) => [name, text]);
    const { hash, salt, hashFunc } = Object.fromEntries(parts);
    if (!salt) return require('bcrypt').compare(typed, hash.replace(/^\$2[xy]?\$/, '$2b$'));
    const digest = (text) => createHash(hashFunc).update(text).digest('hex');
    return timingSafeEqual(Buffer.from(digest(digest(typed) + salt)), Buffer.from(hash));
  }
