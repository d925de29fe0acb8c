function login(email, password, callback) {
  callback({ message: 'denied', code: 403, name: 'Custom', extra: { a: 1 } });
}
