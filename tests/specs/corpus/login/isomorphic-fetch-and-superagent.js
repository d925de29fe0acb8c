async function login(email, password, callback) {
  require('isomorphic-fetch');
  const superagent = require('superagent');
  const one = await fetch(configuration.HTTP + '/users/ann').then((response) => response.json());
  const other = await superagent.post(configuration.HTTP + '/login').send({ email, password }).set('Accept', 'application/json');
  const failed = await superagent.get(configuration.HTTP + '/status/404').catch((error) => [error.status, error.message, error.response.body]);
  callback(null, { user_id: '1', email, one, other: other.body, failed });
}
