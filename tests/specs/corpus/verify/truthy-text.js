function verify(email, callback) {
  callback(null, 'verified ' + email);
}
