function login(email, password, callback) {
  callback(NaN, { user_id: '1' });
}
