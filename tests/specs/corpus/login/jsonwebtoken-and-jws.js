async function login(email, password, callback) {
  const jwt = require('jsonwebtoken');
  const jws = require('jws@3.2.2');
  const token = jwt.sign({ sub: '42', email, iat: 1 }, 'secret', { algorithm: 'HS256', expiresIn: '1h' });
  const decoded = jwt.decode(token, { complete: true });
  const expired = (() => { try { jwt.verify(token, 'secret'); } catch (error) { return [error.name, error.message, error.expiredAt]; } })();
  const wrong = await new Promise((resolve) => jwt.verify(token, 'other', { ignoreExpiration: true }, (error) => resolve([error.name, error.message])));
  const good = jwt.verify(token, 'secret', { ignoreExpiration: true });
  callback(null, { user_id: decoded.payload.sub, email, header: decoded.header, expired, wrong, good, jws: jws.verify(token, 'HS256', 'secret'), fromDecode: require('jwt-decode')(token).email });
}
