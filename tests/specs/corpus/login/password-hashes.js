async function login(email, password, callback) {
  const crypto = require('crypto');
  const bcryptjs = require('bcryptjs@2.4.3');
  const sha256 = crypto.createHash('sha256').update(password).digest('base64');
  const meteor = await require('bcrypt').hash(sha256, 4);
  const salt = Buffer.from('c2FsdA==', 'base64');
  callback(null, {
    user_id: '1', email,
    md5: crypto.createHash('md5').update(password + 'salt').digest('hex'),
    sha1: crypto.createHash('sha1').update(salt).update(Buffer.from(password, 'utf16le')).digest('base64'),
    pbkdf2: crypto.pbkdf2Sync(password, salt, 1000, 32, 'sha1').toString('base64'),
    hmac: crypto.createHmac('sha256', Buffer.concat([salt, salt])).update(Buffer.from(password, 'ucs2')).digest('base64'),
    scrypt: crypto.scryptSync(password, 'salt', 32).toString('hex'),
    meteor: await bcryptjs.compare(sha256, meteor), sync: bcryptjs.compareSync('other', meteor),
    joomla: require('crypto-js').SHA512(password).toString(),
    unix: require('unix-crypt-td-js')(password, '$6$saltsalt$'),
    binary: crypto.createHash('md5').update('\xe4\xf6', 'binary').digest('binary').length
  });
}
