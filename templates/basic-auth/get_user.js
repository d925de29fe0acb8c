// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
  const request = require('request');

  const service = request.defaults({
    baseUrl: configuration.baseUrl,
    ca: configuration.ca,
    json: true,
    timeout: 10000,
    followRedirect: false,
    auth: configuration.token ? { bearer: configuration.token } : undefined,
  });

  service.get(`/users-by-email/${encodeURIComponent(email)}`, (error, response, body) => {
    if (error) return callback(error);
    if (response.statusCode === 404) return callback(null);
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
