function login(email, password, callback) {
  request.post({ url: configuration.HTTP + '/login', json: { email: email, password: password } }, function (err, response, body) {
    if (err) return callback(err);
    if (response.statusCode === 401) return callback();
    callback(null, { user_id: body.user_id.toString(), nickname: body.name, email: body.email });
  });
}
