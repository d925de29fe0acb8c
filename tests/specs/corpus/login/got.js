async function login(email, password, callback) {
  const got = require('got');
  const user = await got.post(configuration.HTTP + '/login', { json: { email, password }, responseType: 'json' });
  const seen = await got(configuration.HTTP + '/status/500', { retry: 0 }).catch((error) => [error.name, error.code, error.message, error.response.statusCode]);
  const late = await got(configuration.HTTP + '/hang', { timeout: 60, retry: 0 }).catch((error) => [error.name, error.code, error.message]);
  callback(null, { user_id: user.body.user_id, email, seen, late });
}
