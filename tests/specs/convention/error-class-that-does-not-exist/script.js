function login(email, password, callback) {
  if (password !== 'right') {
    return callback(new WrongArgumentError(email));
  }
  callback(null, { user_id: '1' });
}
