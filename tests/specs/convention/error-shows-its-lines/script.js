function login(email, password, callback) {
  const user = undefined;
  // The next line fails.
  callback(null, { user_id: user.id });
}
