function login(email, password, callback) {
  var pg = require('pg@4.3.0');
  var address = 'postgres://' + configuration.DB_USER + ':' + encodeURIComponent(configuration.DB_PASSWORD) +
    '@127.0.0.1:' + configuration.PG_PORT + '/' + configuration.PG_NAME;
  pg.connect(address, function (err, client, done) {
    if (err) return callback(err);
    client.query('SELECT id, email FROM users WHERE email = $1', [email], function (err, result) {
      done();
      if (err) return callback(err);
      callback(null, { user_id: result.rows[0].id, email: result.rows[0].email });
    });
  });
}
