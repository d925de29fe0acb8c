function login(email, password, callback) {
  process.nextTick(callback, 'Invalid credentials');
}
