function login(email, password, callback) {
  callback('no luck');
}
