function login(email, password, callback) {
  callback(null, Promise.resolve({ user_id: '1' }));
}
