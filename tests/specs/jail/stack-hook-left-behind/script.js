function login(email, password, callback) {
  Error.prepareStackTrace = () => { throw new Error('from the hook'); };
  const error = new Error('hooked');
  Object.defineProperty(error, 'stack', { get() { throw new Error('from the getter'); } });
  callback(error);
}
