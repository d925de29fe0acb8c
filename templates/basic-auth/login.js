// Asks a web service for the user's own profile, with the user's own credentials.
// configuration.baseUrl: where the service is, for example https://legacy.example.com
function login(email, password, callback) {
  const request = require('request');

  request.get({
    url: configuration.baseUrl + '/profile',
    auth: { username: email, password: password },
    timeout: 10000
  }, function (error, response, body) {
    if (error) return callback(error);
    if (response.statusCode === 401) return callback(new WrongUsernameOrPasswordError(email));
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
