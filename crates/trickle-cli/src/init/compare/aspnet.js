  // ASP.NET Identity, versions 2 (first byte 0) and 3 (first byte 1).
  const UNKNOWN = Buffer.concat([
    Buffer.from([1, 0, 0, 0, 1, 0, 0, 39, 16, 0, 0, 0, 16]), Buffer.alloc(48),
  ]).toString('base64');
  async function matches(typed, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const bytes = Buffer.from(stored, 'base64');
    if (bytes.length < 33) return false;
    const recent = bytes[0] === 1;
    const digest = recent ? ['sha1', 'sha256', 'sha512'][bytes.readUInt32BE(1)] : 'sha1';
    const rounds = recent ? bytes.readUInt32BE(5) : 1000;
    const start = recent ? 13 : 1;
    const end = start + (recent ? bytes.readUInt32BE(9) : 16);
    const wanted = bytes.subarray(end);
    const salt = bytes.subarray(start, end);
    const key = await require('util').promisify(pbkdf2)(typed, salt, rounds, wanted.length, digest);
    return wanted.length >= 16 && timingSafeEqual(key, wanted);
  }
