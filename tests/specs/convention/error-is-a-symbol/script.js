function login(email, password, callback) {
  callback(Symbol('odd'));
}
