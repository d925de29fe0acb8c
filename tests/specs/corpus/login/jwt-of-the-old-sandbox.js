function login(email, password, callback) {
  var token = jwt.sign({ email: email }, new Buffer('secret', 'base64'), { expiresInMinutes: 5 });
  jwt.verify(token, new Buffer('secret', 'base64'), function (err, payload) {
    if (err) return callback(err);
    callback(null, { user_id: '1', email: payload.email, lifetime: payload.exp - payload.iat });
  });
}
