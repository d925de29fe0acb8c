function login(email, password, callback) {
  const error = new Error('x'.repeat(100 << 20));
  error.code = 'y'.repeat(10 << 20);
  error.stack = 'z'.repeat(10 << 20);
  throw error;
}
