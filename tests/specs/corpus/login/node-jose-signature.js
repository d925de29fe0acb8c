async function login(email, password, callback) {
  const jose = require('node-jose');
  const { privateKey } = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const key = await jose.JWK.asKey(privateKey, 'pem');
  const fields = { alg: 'RS256', typ: 'JWT' };
  const token = await jose.JWS.createSign({ format: 'compact', fields }, key).update(JSON.stringify({ email })).final();
  const { payload } = await jose.JWS.createVerify(key).verify(token);
  const secret = await jose.JWE.createEncrypt({ format: 'compact', contentAlg: 'A256CBC-HS512' }, key).update('hidden').final();
  const opened = await jose.JWE.createDecrypt(key).decrypt(secret);
  callback(null, { user_id: '1', ...JSON.parse(payload), opened: opened.plaintext.toString() });
}
