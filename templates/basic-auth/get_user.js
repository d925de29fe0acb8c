// Looks a user up by e-mail address, without a password.
// configuration.baseUrl: where the service is, for example https://legacy.example.com
function getUser(email, callback) {
  const request = require('request');

  request.get({
    url: configuration.baseUrl + '/users-by-email/' + encodeURIComponent(email),
    timeout: 10000
  }, function (error, response, body) {
    if (error) return callback(error);
    if (response.statusCode === 404) return callback(null);
    if (response.statusCode !== 200) return callback(new Error('the service answered ' + response.statusCode));

    const user = JSON.parse(body);
    callback(null, {
      user_id: String(user.user_id),
      email: user.email,
      email_verified: user.email_verified === true,
      nickname: user.nickname
    });
  });
}
