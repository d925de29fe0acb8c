function login(email, password, callback) {
  callback(null, { user_id: 'first' });
  callback(null, { user_id: 'second' });
  callback(new Error('third'));
}
