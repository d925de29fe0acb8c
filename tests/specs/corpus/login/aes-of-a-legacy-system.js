function login(email, password, callback) {
  const crypto = require('crypto');
  const key = crypto.createHash('md5').update('passphrase').digest('hex');
  const cipher = crypto.createCipheriv('AES-256-CBC', key, '0123456789abcdef');
  const sealed = cipher.update(password, 'utf8', 'base64') + cipher.final('base64');
  const decipher = crypto.createDecipheriv('aes-256-cbc', key, '0123456789abcdef');
  const opened = decipher.update(sealed, 'base64', 'utf8') + decipher.final('utf8');
  callback(null, { user_id: '1', email: email, sealed: sealed, opened: opened });
}
