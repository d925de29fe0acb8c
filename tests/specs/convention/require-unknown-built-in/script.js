function login(email, password, callback) {
  require('node:nothing');
}
