function verify(email, callback) {
  request.put({ url: configuration.HTTP + '/users/' + email, json: { email_verified: true } }, function (err, response, body) {
    if (err) return callback(err);
    if (response.statusCode === 401) return callback();
    callback(null, body);
  });
}
