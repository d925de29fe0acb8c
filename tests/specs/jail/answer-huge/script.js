function login(email, password, callback) {
  callback(null, { user_id: 'x'.repeat(64 << 20) });
}
