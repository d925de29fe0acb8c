function login(email, password, callback) {
  const error = new UnauthorizedError('no luck');
  if (!(error instanceof Error && error instanceof UnauthorizedError)) callback('not an instance');
  if (error.name !== 'UnauthorizedError') callback('name is ' + error.name);
  if (!/script|login/.test(error.stack)) callback('stack is ' + error.stack);
  callback(error);
}
