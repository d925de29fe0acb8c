function login(email, password, callback) {
  require('bcrypt').hashSync('x', 31);
  callback(null, { user_id: 'attacker' });
}
