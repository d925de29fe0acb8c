function login(email, password, callback) {
  callback(null, { user_id: '1', list: '😀'.repeat(5e5) });
}
