function login(email, password, callback) {
  throw 'no luck';
}
