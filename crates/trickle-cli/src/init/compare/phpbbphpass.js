  // phpBB 2, whose MD5 phpBB 3 hashed once more as phpass and marked with $CP$.
  const UNKNOWN = '$CP$$H$BabcdefghiBRYRDxKmzNpPzJJYcVFj0';
  async function matches(typed, stored) {
    const hash = require('crypto').createHash('md5').update(typed).digest('hex');
    return require('wordpress-hash-node').CheckPassword(hash, stored.replace(/^\$CP\$\$[HP]\$/, '$P$'));
  }
