async function login(email, password, callback) {
  const req = require('request@2.81.0');
  const jwt = require('jsonwebtoken@8.5.0');
  const [postAsync, getAsync, signAsync] = [req.post, req.get, jwt.sign].map(require('util').promisify);
  const token = await signAsync({ iat: 1 }, 'secret', { issuer: 'i', audience: 'a', expiresIn: '10s' });
  const { statusCode, body } = await postAsync({ url: configuration.HTTP + '/login', form: { username: 'ann', password } });
  const echoed = await getAsync(configuration.HTTP + '/echo?a=1', { json: true, qs: { b: 'ä ö' }, headers: { 'X-API-Key': 'k', Authorization: `Bearer ${token}` } });
  callback(null, { user_id: '1', statusCode, body, echo: echoed.body });
}
