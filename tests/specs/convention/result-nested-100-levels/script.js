function login(email, password, callback) {
  let user = { user_id: '1' };
  for (let level = 0; level < 100; level++) user = { user };
  callback(null, user);
}
