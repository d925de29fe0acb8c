function login(email, password, callback) {
  postgres({ host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.PG_NAME }, function (err, client, done) {
    if (err) return callback(err);
    client.query('SELECT count(*) AS n FROM users WHERE email = $1', [email], function (err, result) {
      done();
      callback(err, { user_id: 'pg|' + email, email: email, n: result.rows[0].n });
    });
  });
}
