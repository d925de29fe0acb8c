async function login(email, password, callback) {
  const { SignJWT, jwtVerify, importJWK, exportJWK, importSPKI } = await import('jose');
  const pair = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  if ((await exportJWK(await importSPKI(pair.publicKey, 'RS256'))).kty !== 'RSA') return callback(new Error('not exported'));
  const key = await importJWK({ kty: 'oct', k: 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0ICEh' }, 'HS256');
  const token = await new SignJWT({ email }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(1).setExpirationTime(2).sign(key);
  try {
    await jwtVerify(token, key);
  } catch (error) {
    callback(new Error('Expired token ' + error.code));
  }
  callback(null, { user_id: '1', email });
}
