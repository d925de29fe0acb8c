function (email, newEmail, verified, callback) {
  callback(null, [email, newEmail, verified]);
}
