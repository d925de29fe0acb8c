function login(email, password, callback) {
  callback('', { user_id: '1' });
}
