function login(email, password, callback) {
  if (password === 'fine') return callback(null, { user_id: '1' });
  setInterval(() => {}, 10);
}
