async function login(email, password, callback) {
  const rp = require('request-promise-native');
  const user = await rp({ uri: configuration.HTTP + '/login', method: 'POST', body: { email, password }, json: true });
  let failed;
  try {
    await rp.post(configuration.HTTP + '/login', { form: { email, password: 'wrong' } });
  } catch (err) {
    failed = [err.name, err.statusCode, err.message, typeof err.response.body, err.options.method];
  }
  const whole = await rp({ uri: configuration.HTTP + '/status/418', simple: false, resolveWithFullResponse: true });
  callback(null, { user_id: user.user_id, email: user.email, failed, whole: [whole.statusCode, whole.body] });
}
