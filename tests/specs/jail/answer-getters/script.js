function login(email, password, callback) {
  callback(null, { user_id: 'attacker', get more() { while (true); } });
}
