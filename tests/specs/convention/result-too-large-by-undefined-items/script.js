function login(email, password, callback) {
  callback(null, { user_id: '1', list: Array(1e9) });
}
