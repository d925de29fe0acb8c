function login(email, password, callback) {
  callback(null, { user_id: '1', list: Array.from({ length: 5e5 }, () => []) });
}
