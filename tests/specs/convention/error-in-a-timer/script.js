function login(email, password, callback) {
  setTimeout(function later() {
    nowhere();
  }, 1);
}
