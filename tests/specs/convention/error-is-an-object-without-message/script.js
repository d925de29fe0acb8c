function login(email, password, callback) {
  callback({ status: 500 });
}
