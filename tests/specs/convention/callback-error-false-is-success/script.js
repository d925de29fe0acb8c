function login(email, password, callback) {
  callback(false, { user_id: '1' });
}
