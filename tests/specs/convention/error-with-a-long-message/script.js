function login(email, password, callback) {
  callback(new Error('x'.repeat(10e6)));
}
