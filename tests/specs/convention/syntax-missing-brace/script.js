function login(email, password, callback) {
  if (email) {
    callback(null, { user_id: '1' });
}
