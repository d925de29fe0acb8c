function login(email, password, callback) {
  const found = undefined;
  const err = null;
  if (err || !found) return callback(err || new WrongUsernameOrPasswordError(email, 'no such user'));
}
