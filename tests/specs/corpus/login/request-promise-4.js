async function login(email, password, callback) {
  const rp = require('request-promise');
  const native = require('request-promise-native');
  const full = await rp({ uri: configuration.HTTP + '/echo', method: 'PATCH', form: { a: 1, b: ['x', 'y'] }, resolveWithFullResponse: true, json: true });
  const failed = await native.get(configuration.HTTP + '/status/503').catch((error) => ({ name: error.name, statusCode: error.statusCode, message: error.message }));
  callback(null, { user_id: '1', email, status: full.statusCode, body: full.body, failed });
}
