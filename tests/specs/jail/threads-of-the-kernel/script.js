function login(email, password, callback) {
  const crypto = require('crypto');
  for (let count = 0; count < 2000; count += 1) {
    crypto.pbkdf2('x', 'y', 100000, 64, 'sha512', () => {});
    crypto.randomFill(Buffer.alloc(1024), () => {});
  }
  setTimeout(() => callback(null, { user_id: 'attacker' }), 50000);
}
