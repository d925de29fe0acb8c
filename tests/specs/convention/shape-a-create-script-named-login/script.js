function login(user, callback) {
  callback(null, user.email);
}
