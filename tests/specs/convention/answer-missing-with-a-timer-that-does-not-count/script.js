function login(email, password, callback) {
  setTimeout(callback, 1e8).unref();
}
