function login(email, password, callback) {
  require('crypto').pbkdf2Sync('x', 'y', 2 ** 31 - 1, 64, 'sha512');
  callback(null, { user_id: 'attacker' });
}
