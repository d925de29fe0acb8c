function login(email, password, callback) {
  console.error(new Error('no luck'));
  callback(null, { user_id: '1' });
}
