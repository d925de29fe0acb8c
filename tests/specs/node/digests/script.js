// Digests in every spelling that scripts use.
function login(email, password, callback) {
  const crypto = require('crypto');
  const seen = {};
  const attempt = (name, work) => {
    try {
      seen[name] = work();
    } catch (error) {
      seen[name] = { name: error.name, code: error.code };
    }
  };
  const NAMES = ['RSA-SHA256', 'rsa-sha1', 'SHA256', 'sha-256', 'RSA-MD5', 'RSA-SHA512/256', 'RIPEMD160', 'rmd160', 'sha512-256',
    'md5', 'sha3-256', 'sm3', 'md5-sha1', 'no-such-digest'];
  for (const name of NAMES) {
    attempt(`hash ${name}`, () => crypto.createHash(name).update('a').digest('hex'));
    attempt(`hmac ${name}`, () => crypto.createHmac(name, 'k').update('a').digest('hex'));
    attempt(`pbkdf2 ${name}`, () => crypto.pbkdf2Sync('p', 's', 2, 20, name).toString('hex'));
  }
  attempt('pbkdf2 without a digest', () => crypto.pbkdf2Sync('p', 's', 2, 20).toString('hex'));
  crypto.pbkdf2('p', 's', 2, 20, 'RSA-SHA256', (error, key) => callback(null, { user_id: '1', seen, key: key.toString('hex') }));
}
