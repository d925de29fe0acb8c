function login(email, password, callback) {
  const user = { user_id: '1' };
  callback(null, user);
  user.user_id = '2';
}
