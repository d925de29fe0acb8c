function login(email, password, callback) {
  const user = { user_id: email, seen: password.seen };
  password.seen = true;
  callback(null, user);
}
