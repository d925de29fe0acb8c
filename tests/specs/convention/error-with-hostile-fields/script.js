function login(email, password, callback) {
  const error = new Error('no luck');
  Object.defineProperty(error, 'stack', { get() { throw new Error('stack'); } });
  Object.defineProperty(error, 'code', { get() { throw new Error('code'); } });
  Object.defineProperty(error, 'message', { value: { toString() { throw new Error('message'); } } });
  callback(error);
}
