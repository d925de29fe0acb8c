function login(email, password, callback) {
  const jwt = require('jsonwebtoken@8.5.0');
  const { privateKey, publicKey } = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const tried = (work) => { try { return work(); } catch (e) { return [e.name, e.message]; } };
  const token = jwt.sign({ email }, privateKey, { algorithm: 'RS256', expiresIn: '10s', audience: 'a', issuer: 'i', subject: '42' });
  const old = jwt.sign({ email, exp: 1 }, 'k');
  jwt.verify(token, publicKey, { audience: 'a' }, (err, claims) => {
    callback(err, {
      user_id: claims.sub, email: claims.email, aud: claims.aud, span: claims.exp - claims.iat, expired: tried(() => jwt.verify(old, 'k')), forged: tried(() => jwt.verify(old, 'other')), none: tried(() => jwt.verify('a.b.c', 'k')),
      audience: tried(() => jwt.verify(token, publicKey, { audience: 'b' })), algorithm: tried(() => jwt.verify(token, publicKey, { algorithms: ['HS256'] })), empty: jwt.decode('x'), invalid: tried(() => jwt.sign({}, 'k', { expiresIn: 'never' }))
    });
  });
}
