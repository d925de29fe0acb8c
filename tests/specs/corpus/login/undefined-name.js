function login(email, password, callback) {
  if (password !== 'x') return callback(new WrongArgumentError(email));
  callback(null, { user_id: '1' });
}
