function login(email, password, callback) {
  callback(0, { user_id: '1' });
}
