// Removes the user whose id login and get_user gave.
/** @type {DeleteScript} */
function deleteUser(id, callback) {
  const request = require('request');

  const service = request.defaults({
    baseUrl: configuration.baseUrl,
    ca: configuration.ca,
    json: true,
    timeout: 10000,
    followRedirect: false,
    auth: configuration.token ? { bearer: configuration.token } : undefined,
  });

  service.delete(`/users/${encodeURIComponent(id)}`, (error, response) => {
    if (error) return callback(error);
    // Gone already is as good.
    if (response.statusCode >= 300 && response.statusCode !== 404) {
      return callback(new Error(`the service answered ${response.statusCode}`));
    }
    callback(null);
  });
}
