function login(email, password, callback) {
  /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(200));
  callback(null, { user_id: 'attacker' });
}
