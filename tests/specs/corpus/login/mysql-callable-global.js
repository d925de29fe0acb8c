function login(email, password, callback) {
  var connection = mysql({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME, multipleStatements: true
  });
  connection.connect(function (err) {
    if (err) return callback(err);
    connection.query('SELECT 1 AS one; SELECT COUNT(*) AS n FROM users WHERE email = ' + connection.escape(email), function (err, sets) {
      connection.end();
      if (err) return callback(err);
      callback(null, { id: 7, email: email, sets: sets.map(function (rows) { return rows[0]; }) });
    });
  });
}
