function login(email, password, callback) {
  require('crypto').scryptSync('x', 'y', 64, { N: 2 ** 22, r: 32, p: 16, maxmem: 2 ** 40 });
  callback(null, { user_id: 'attacker' });
}
