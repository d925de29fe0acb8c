async function login(email, password, callback) {
  const jose = require('jose');
  const { publicKey, privateKey } = await jose.generateKeyPair('ES256');
  const jwt = await new jose.SignJWT({ email }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).setIssuedAt().setIssuer('urn:i').setAudience('urn:a').setExpirationTime('2h').setSubject('42').sign(privateKey);
  const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
  const { payload, protectedHeader } = await jose.jwtVerify(jwt, jose.createLocalJWKSet({ keys: [jwk] }), { issuer: 'urn:i', audience: 'urn:a' });
  const failed = await jose.jwtVerify(jwt, publicKey, { audience: 'other' }).catch((e) => [e.name, e.code, e.claim, e.message]);
  const sealed = await new jose.CompactEncrypt(new TextEncoder().encode(password)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(new Uint8Array(32));
  const { plaintext } = await jose.compactDecrypt(sealed, new Uint8Array(32));
  callback(null, { user_id: payload.sub, email: payload.email, protectedHeader, failed, opened: new TextDecoder().decode(plaintext), decoded: jose.decodeJwt(jwt).iss });
}
