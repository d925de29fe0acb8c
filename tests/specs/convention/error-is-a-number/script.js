function login(email, password, callback) {
  callback(42);
}
