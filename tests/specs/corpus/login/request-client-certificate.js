function login(email, password, callback) {
  const request = require('request');
  const options = { url: configuration.MUTUAL + '/echo', ca: configuration.CA, cert: configuration.CLIENT_CERT, key: configuration.CLIENT_KEY, json: true };
  request(options, function (err, response, body) {
    if (err) return callback(err);
    callback(null, { user_id: '1', email: email, certificate: body.certificate });
  });
}
