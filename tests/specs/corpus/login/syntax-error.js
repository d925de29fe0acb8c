function login(email, password, callback) {
  const user = { user_id: '1' email };
  callback(null, user);
}
