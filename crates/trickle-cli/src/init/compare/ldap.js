  // LDAP: {SCHEME} and Base64 of digest and salt.
  const UNKNOWN = `{SSHA}${Buffer.alloc(28).toString('base64')}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const [, scheme, text] = /^\{S?(SHA|SHA256|SHA384|SHA512|MD5)\}(.+)$/i.exec(stored) || [];
    if (!scheme) return false;
    const digest = scheme.toLowerCase();
    const size = { md5: 16, sha: 20, sha256: 32, sha384: 48, sha512: 64 }[digest];
    const bytes = Buffer.from(text, 'base64');
    const hash = createHash(digest === 'sha' ? 'sha1' : digest).update(typed).update(bytes.subarray(size)).digest();
    return bytes.length >= size && timingSafeEqual(hash, bytes.subarray(0, size));
  }
