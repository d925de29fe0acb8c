async function login(email, password, callback) {
  const superagent = require('superagent');
  const got = require('got');
  const user = await superagent.post(configuration.HTTP + '/login').send({ email, password }).set('accept', 'json');
  const wrong = await superagent.post(configuration.HTTP + '/login').type('form').send({ email, password: 'x' }).catch((e) => [e.status, e.response.body.error, e.message]);
  const basic = await got(configuration.HTTP + '/profile', { username: 'ann', password, responseType: 'json' });
  const missing = await got(configuration.HTTP + '/users/nobody', { retry: 0 }).catch((e) => [e.name, e.code, e.response.statusCode, e.message]);
  const posted = await got.post(configuration.HTTP + '/echo', { json: { email }, searchParams: { a: 1 } }).json();
  const slow = await got(configuration.HTTP + '/hang', { timeout: 100, retry: 0 }).catch((e) => [e.name, e.code, e.event]);
  callback(null, { user_id: user.body.user_id, email: user.body.email, wrong, basic: basic.body.id, missing, posted: [posted.url, posted.body, posted.type], slow });
}
