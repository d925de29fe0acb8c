function login(email, password, callback) {
  require();
}
