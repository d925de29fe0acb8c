function login(email, password, callback) {
  const user = { user_id: '1' };
  user.friends = [{ friend: user }];
  callback(null, user);
}
