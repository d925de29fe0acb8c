function create(user, callback) {
  request.post({ url: configuration.HTTP + '/users', json: { ...user, email: 'ann@example.org' } }, function (err, response, body) {
    if (err) return callback(err);
    if (response.statusCode === 409) return callback(new ValidationError(body.code, 'The user exists already'));
    callback(null);
  });
}
