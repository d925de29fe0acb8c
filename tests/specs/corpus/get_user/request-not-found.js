function getByEmail(email, callback) {
  request.get({ url: configuration.HTTP + '/users/' + encodeURIComponent('nobody@example.org') }, function (err, response, body) {
    if (err) return callback(err);
    if (response.statusCode === 404) return callback(null);
    callback(null, JSON.parse(body));
  });
}
