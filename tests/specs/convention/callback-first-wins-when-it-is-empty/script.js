function login(email, password, callback) {
  callback();
  setTimeout(callback, 1, null, { user_id: '1' });
}
