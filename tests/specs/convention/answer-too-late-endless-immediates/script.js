function login(email, password, callback) {
  if (password === 'fine') return callback(null, { user_id: '1' });
  (function again() { setImmediate(again); })();
}
