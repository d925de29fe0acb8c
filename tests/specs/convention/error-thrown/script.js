function login(email, password, callback) {
  throw new Error('no luck');
}
