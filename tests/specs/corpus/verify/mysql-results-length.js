function verify(email, callback) {
  var mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.connect();
  connection.query('UPDATE users SET email_verified = true WHERE email = ?', [email], function (err, results) {
    if (err) return callback(err);
    callback(null, results.length > 0);
  });
}
