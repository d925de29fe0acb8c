function login(email, password, callback) {
  if (password === 'right') callback(null, { user_id: '1' });
}
