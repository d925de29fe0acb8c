function verify(email, callback) {
  callback(null, email === 'other');
}
