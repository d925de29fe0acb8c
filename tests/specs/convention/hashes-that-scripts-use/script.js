function login(email, password, callback) {
  const crypto = require('crypto');
  const hex = (name) => crypto.createHash(name).update(password).digest('hex').slice(0, 12);
  callback(null, {
    user_id: '1',
    md5: hex('md5'), sha1: hex('sha1'), sha256: hex('sha256'), sha512: hex('sha512'),
    base64: crypto.createHash('sha256').update('x', 'utf8').digest('base64'),
    hmac: crypto.createHmac('sha256', 'k').update('x').digest('hex').slice(0, 12),
    pbkdf2: crypto.pbkdf2Sync(password, 'salt', 1000, 16, 'sha1').toString('hex'),
    scrypt: crypto.scryptSync(password, 'salt', 16).toString('hex'),
    equal: crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
  });
}
