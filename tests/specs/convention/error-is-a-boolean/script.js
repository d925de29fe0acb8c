function login(email, password, callback) {
  callback(true);
}
