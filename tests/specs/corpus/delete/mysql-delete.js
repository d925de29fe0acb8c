function remove(id, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.query('DELETE FROM users WHERE id = ?', [id], function (err) {
    if (err) return callback(err);
    connection.end(() => callback(null));
  });
}
