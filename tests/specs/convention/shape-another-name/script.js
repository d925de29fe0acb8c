function login(email, callback) {
  callback(null, { user_id: '1', email });
}
