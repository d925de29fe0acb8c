function login(email, password, callback) {
  throw null;
}
