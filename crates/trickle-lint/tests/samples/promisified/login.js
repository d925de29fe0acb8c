/**
 * Asks the service with a signed token.
 */
async function loginAsync(email, password, callback) {
  const [postAsync, signAsync] = [require('request').post, require('jsonwebtoken').sign].map(require('util').promisify);
  const { API_URL, API_SECRET } = configuration;

  const now = Date.now();
  if (!global.accessToken || now - global.lastLogin > 60000) {
    global.accessToken = await signAsync({ jti: String(now) }, API_SECRET, { issuer: 'trickle', expiresIn: '10s' });
    global.lastLogin = now;
  }
  const headers = { Authorization: 'Bearer ' + global.accessToken };
  const { statusCode, body } = await postAsync({ url: `${API_URL}/login`, json: { email, password }, headers, timeout: 5000 });

  switch (statusCode) {
    case 200:
      return callback(null, { ...body, user_id: body.id, email: email.toLowerCase() });
    case 401:
    case 404:
      return callback(new WrongUsernameOrPasswordError(email, 'unknown or wrong'));
    default:
      console.error('unexpected status', statusCode, body && body.message);
      return callback(new Error(`the service answered ${statusCode}`));
  }
}
