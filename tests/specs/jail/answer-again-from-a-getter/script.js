function login(email, password, callback) {
  callback(null, {
    user_id: 'first',
    get again() {
      callback(null, { user_id: 'second' });
      callback(new Error('third'));
      return 'x';
    },
  });
}
