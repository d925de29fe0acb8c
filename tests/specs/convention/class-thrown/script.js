async function login(email, password, callback) {
  throw new WrongUsernameOrPasswordError(email, 'no luck');
}
