function login(email, password, callback) {
  const crypto = require('crypto');
  const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
  const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (saltLength) => crypto.createSign('RSA-SHA256').update('token').sign({ key: privateKey, padding, saltLength });
  const checks = [signed(32), signed(crypto.constants.RSA_PSS_SALTLEN_MAX_SIGN)].map((signature) => [
    crypto.createVerify('RSA-SHA256').update('token').verify({ key: publicKey, padding }, signature),
    crypto.verify('sha256', Buffer.from('token'), { key: publicKey, padding }, signature),
    crypto.verify('sha256', Buffer.from('other'), { key: publicKey, padding }, signature),
  ]);
  callback(null, { user_id: '1', email, checks });
}
