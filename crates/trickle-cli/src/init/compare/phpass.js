  // The portable hashes of phpass.
  const UNKNOWN = '$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0';
  async function matches(typed, stored) {
    return require('wordpress-hash-node').CheckPassword(typed, stored.replace(/^\$H\$/, '$P$'));
  }
