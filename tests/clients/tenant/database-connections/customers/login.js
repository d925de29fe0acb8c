function login(email, password, callback) {
  callback(new WrongUsernameOrPasswordError(email));
}
