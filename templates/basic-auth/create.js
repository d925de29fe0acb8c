// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
  const request = require('request');

  const service = request.defaults({
    baseUrl: configuration.baseUrl,
    ca: configuration.ca,
    json: true,
    timeout: 10000,
    followRedirect: false,
    auth: configuration.token ? { bearer: configuration.token } : undefined,
  });

  const { email, password, nickname } = user;
  service.post('/users', { body: { email, password, nickname } }, (error, response) => {
    if (error) return callback(error);
    if (response.statusCode === 409) {
      return callback(new ValidationError('user_exists', 'The user exists already.'));
    }
    if (response.statusCode >= 300) return callback(new Error(`the service answered ${response.statusCode}`));
    callback(null);
  });
}
