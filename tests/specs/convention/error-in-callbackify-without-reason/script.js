function login(email, password, callback) {
  require('util').callbackify(() => Promise.reject(null))(callback);
}
