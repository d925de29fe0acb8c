// Marks the address as verified; false for an unknown user.
/** @type {VerifyScript} */
function verify(email, callback) {
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
  service.patch(path, { body: { email_verified: true } }, (error, response) => {
    if (error) return callback(error);
    if (response.statusCode === 404) return callback(null, false);
    if (response.statusCode >= 300) return callback(new Error(`the service answered ${response.statusCode}`));
    callback(null, true);
  });
}
