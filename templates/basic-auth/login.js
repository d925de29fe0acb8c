// Checks the password by asking for the profile with it.
/** @type {LoginScript} */
function login(email, password, callback) {
  const request = require('request');

  const service = request.defaults({
    baseUrl: configuration.baseUrl,
    ca: configuration.ca,
    json: true,
    timeout: 10000,
    followRedirect: false,
    auth: { user: email, pass: password },
  });

  service.get('/profile', (error, response, body) => {
    if (error) return callback(error);
    if (response.statusCode === 401) return callback(new WrongUsernameOrPasswordError(email));
    if (response.statusCode !== 200) return callback(new Error(`the service answered ${response.statusCode}`));
    if (!body || typeof body !== 'object') return callback(new Error('the service answered no JSON'));
    callback(null, {
      user_id: body.user_id,
      email: body.email,
      email_verified: body.email_verified === true,
      nickname: body.nickname,
    });
  });
}
