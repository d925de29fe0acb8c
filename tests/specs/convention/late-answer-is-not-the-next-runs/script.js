function login(email, password, callback) {
  if (password === 'first') {
    global.late = callback;
    return callback(null, { user_id: '1' });
  }
  global.late(null, { user_id: 'of the first' });
  setTimeout(callback, 5, null, { user_id: '2' });
}
