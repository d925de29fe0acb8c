function login(email, password, callback) {
  const error = new Error('x');
  for (const name of ['name', 'code', 'errno', 'sqlState', 'user_id', 'description', 'cause', 'statusCode']) {
    Object.defineProperty(error, name, { get() { throw error; } });
  }
  Object.defineProperty(error, 'message', { get() { return { toString() { return 'text '.repeat(1e6); } }; } });
  callback(error);
}
