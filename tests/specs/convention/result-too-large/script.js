function login(email, password, callback) {
  callback(null, { user_id: '1', picture: 'x'.repeat(5 << 20) });
}
