function create(user, callback) {
  request.post({ url: configuration.HTTP + '/echo', form: { email: user.email, tenant: user.tenant, client_id: user.client_id, connection: user.connection, meta: { a: 1 } } }, (err, res, body) => {
    if (err) return callback(err);
    if (res.statusCode !== 200) return callback(new Error('unexpected'));
    callback(null, JSON.parse(body).body);
  });
}
