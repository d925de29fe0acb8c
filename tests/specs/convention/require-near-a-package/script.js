function login(email, password, callback) {
  require('mysql3');
}
