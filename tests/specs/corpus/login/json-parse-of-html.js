function login(email, password, callback) {
  request.get(configuration.HTTP + '/html', function (err, response, body) {
    if (err) return callback(err);
    const user = JSON.parse(body);
    callback(null, user);
  });
}
