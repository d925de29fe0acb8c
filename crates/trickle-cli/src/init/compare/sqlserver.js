  // SQL Server's PWDENCRYPT(): a version (0100 is SHA-1, 0200 is SHA-512), four bytes of salt, and the digest.
  const UNKNOWN = `0x0200${'0'.repeat(136)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const bytes = Buffer.from(stored.replace(/^0x/i, ''), 'hex');
    const [name, size] = bytes[0] === 1 ? ['sha1', 20] : ['sha512', 64];
    const hash = createHash(name).update(Buffer.from(typed, 'utf16le')).update(bytes.subarray(2, 6)).digest();
    // Before 2005 a second digest followed, of the password in capitals.
    const wanted = bytes.subarray(6, 6 + size);
    return wanted.length === size && timingSafeEqual(hash, wanted);
  }
