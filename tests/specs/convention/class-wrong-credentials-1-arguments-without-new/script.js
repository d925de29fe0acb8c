function login(email, password, callback) {
  const error = WrongUsernameOrPasswordError('42');
  if (!(error instanceof Error && error instanceof WrongUsernameOrPasswordError)) callback('not an instance');
  if (error.name !== 'WrongUsernameOrPasswordError') callback('name is ' + error.name);
  if (!/script|login/.test(error.stack)) callback('stack is ' + error.stack);
  callback(error);
}
