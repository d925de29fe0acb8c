function login(email, password, callback) {
  const Promise = require('bluebird@3.4.6');
  const request = Promise.promisifyAll(require('request'));
  return Promise.try(() => request.postAsync({ url: configuration.HTTP + '/login', json: { email, password } }))
    .get('body')
    .tap((body) => { if (!body.email) throw new WrongUsernameOrPasswordError(email); })
    .then((body) => ({ user_id: body.id, email: body.email }))
    .asCallback(callback);
}
