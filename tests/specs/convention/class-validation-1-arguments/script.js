function login(email, password, callback) {
  const error = new ValidationError('user_exists');
  if (!(error instanceof Error && error instanceof ValidationError)) callback('not an instance');
  if (error.name !== 'ValidationError') callback('name is ' + error.name);
  if (!/script|login/.test(error.stack)) callback('stack is ' + error.stack);
  callback(error);
}
