function login(email, password, callback) {
  const key = require('pbkdf2').pbkdf2Sync(password, 'salt', 400000, 16, 'sha512');
  callback(null, { user_id: '1', key: key.toString('base64') });
}
