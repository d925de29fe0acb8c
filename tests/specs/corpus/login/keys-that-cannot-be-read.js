function login(email, password, callback) {
  const crypto = require('crypto');
  const jwt = require('jsonwebtoken@8');
  const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' });
  const told = (work) => {
    try {
      return work();
    } catch (error) {
      return [error.name, error.code, error.message];
    }
  };
  callback(null, {
    user_id: '1',
    email,
    sign: told(() => crypto.createSign('sha256').update('x').sign('no key')),
    read: told(() => crypto.createPrivateKey('-----BEGIN PRIVATE KEY-----MIIE')),
    locked: told(() => crypto.createPrivateKey({ key: locked, passphrase: 'wrong' })),
    digest: told(() => crypto.createSign('nope')),
    curve: told(() => crypto.generateKeyPairSync('ec', { namedCurve: 'nope' })),
    token: told(() => jwt.sign({ a: 1 }, 'no key', { algorithm: 'RS256' })),
  });
}
