function login(email, password, callback) {
  request.post(configuration.HTTP + '/login', {
    json: { username: email, password: password, access_token: 'endpoint token' }
  }, function (error, response, body) {
    if (error) { return callback(error); }
    if (body.error) { return callback(null); }
    callback(null, { user_id: body.user_id, email: body.email, name: body.name });
  });
}
