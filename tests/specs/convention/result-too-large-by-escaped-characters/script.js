function login(email, password, callback) {
  callback(null, { user_id: '1', list: '\0'.repeat(1e6) });
}
