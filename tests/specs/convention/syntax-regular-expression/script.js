function login(email, password, callback) {
  callback(/(/.test(email));
}
