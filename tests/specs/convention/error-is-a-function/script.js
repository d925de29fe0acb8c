function login(email, password, callback) {
  callback(function oops() {});
}
