  // Magento 2: hash:salt:version. 0 is MD5, 1 is SHA-256, 2 and 3_BYTES_PASSES_MEMORY are Argon2id; several versions are hashes of hashes.
  const UNKNOWN = `${'0'.repeat(64)}:unknown unknown:{{version}}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const [hash, salt, ...versions] = stored.split(':');
    let text = typed;
    for (const version of versions) {
      const [number, bytes = 32, passes = 2, memory = 67108864] = version.split('_').map(Number);
      if (number < 2) {
        text = createHash(number === 0 ? 'md5' : 'sha256').update(salt + text).digest('hex');
      } else {
        text = (await require('argon2').hash(text, {
          raw: true, type: 2, hashLength: bytes, timeCost: passes, memoryCost: memory / 1024, parallelism: 1,
          // libsodium takes 16 bytes; of a shorter salt Magento makes so many.
          salt: Buffer.alloc(16, salt),
        })).toString('hex');
      }
    }
    return text.length === hash.length && timingSafeEqual(Buffer.from(text), Buffer.from(hash.toLowerCase()));
  }
