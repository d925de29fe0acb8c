function getUser(email, callback) {
  callback(new WrongUsernameOrPasswordError(email));
}
