function login(email, password, callback) {
  const error = new Error('with status', { cause: 'x' }, 42);
  error.status = 418;
  error.code = 'TEAPOT';
  callback(error, { user_id: 'ignored' });
}
