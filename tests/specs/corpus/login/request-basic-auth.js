function login(email, password, callback) {
  const request = require('request@2.81.0');
  request.get({ url: configuration.HTTP + '/profile', auth: { username: email, password: password }, timeout: 5000 }, function (err, response, body) {
    if (err) return callback(err);
    if (response.statusCode === 401) return callback();
    const user = JSON.parse(body);
    callback(null, { user_id: user.id.toString(), nickname: user.name, email: user.email });
  });
}
