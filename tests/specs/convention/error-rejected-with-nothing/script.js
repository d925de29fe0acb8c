function login(email, password, callback) {
  return Promise.reject();
}
