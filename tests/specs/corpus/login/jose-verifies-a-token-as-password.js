async function login(email, password, callback) {
  const { SignJWT, jwtVerify, importJWK } = await import('jose');
  const key = await importJWK({ kty: 'oct', k: 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0ICEh' }, 'HS256');
  const token = await new SignJWT({ email }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(1).setExpirationTime(2).sign(key);
  try {
    await jwtVerify(token, key);
  } catch (error) {
    callback(new Error('Expired token ' + error.code));
  }
  callback(null, { user_id: '1', email });
}
