  // MySQL's PASSWORD(): * and SHA-1 over SHA-1.
  const UNKNOWN = `*${'0'.repeat(40)}`;
  async function matches(typed, stored) {
    const { createHash, timingSafeEqual } = require('crypto');
    const sha1 = (data) => createHash('sha1').update(data).digest();
    const wanted = Buffer.from(stored.slice(1), 'hex');
    return wanted.length === 20 && timingSafeEqual(sha1(sha1(typed)), wanted);
  }
