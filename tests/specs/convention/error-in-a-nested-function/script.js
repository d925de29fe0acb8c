function login(email, password, callback) {
  function find(user) {
    return user.missing.field;
  }
  callback(null, find({}));
}
