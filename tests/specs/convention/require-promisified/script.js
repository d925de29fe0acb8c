async function login(email, password, callback) {
  const [sign, post] = [require('jsonwebtoken').sign, require('request').post].map(require('util').promisify);
  const token = await sign({ email }, 'key', { expiresIn: '10s' });
  const { email: decoded, exp, iat } = require('jsonwebtoken').decode(token);
  callback(null, { user_id: decoded, seconds: exp - iat, post: typeof post });
}
