function login(email, password, callback) {
  callback(new Error('first'));
  callback(null, { user_id: '2', email });
  throw new Error('third');
}
