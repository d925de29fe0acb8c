async function login(email, password, callback) {
  const https = require('https');
  const { generateKeyPairSync } = require('crypto');
  const key = (passphrase) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const lock = passphrase ? { cipher: 'aes-128-cbc', passphrase } : {};
    return privateKey.export({ type: 'pkcs8', format: 'pem', ...lock });
  };
  const told = (options) => new Promise((done) => {
    const failed = (error) => done([error.name, error.code, error.message]);
    try {
      https.get('https://127.0.0.1:1/', { agent: new https.Agent(options) }).on('error', failed);
    } catch (error) {
      failed(error);
    }
  });
  callback(null, {
    user_id: '1',
    email,
    certificate: await told({ cert: 'no certificate', key: key() }),
    key: await told({ key: 'no key' }),
    passphrase: await told({ key: key('right'), passphrase: 'wrong' }),
  });
}
