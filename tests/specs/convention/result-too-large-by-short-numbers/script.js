function login(email, password, callback) {
  callback(null, { user_id: '1', list: Array(5e6).fill(0) });
}
