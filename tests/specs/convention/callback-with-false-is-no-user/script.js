function getUser(email, callback) {
  callback(null, false);
}
