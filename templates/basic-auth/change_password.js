// Sets a new password; false for an unknown user.
/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
  const request = require('request');

  const service = request.defaults({
    baseUrl: configuration.baseUrl,
    ca: configuration.ca,
    json: true,
    timeout: 10000,
    followRedirect: false,
    auth: configuration.token ? { bearer: configuration.token } : undefined,
  });

  const path = `/users-by-email/${encodeURIComponent(email)}`;
  service.patch(path, { body: { password: newPassword } }, (error, response) => {
    if (error) return callback(error);
    if (response.statusCode === 404) return callback(null, false);
    if (response.statusCode >= 300) return callback(new Error(`the service answered ${response.statusCode}`));
    callback(null, true);
  });
}
