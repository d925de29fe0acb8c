function login(email, password, callback) {
  callback(undefined, { user_id: '1' });
}
