function changePassword(email, newPassword, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.query('UPDATE users SET password_hash = ? WHERE email = ?', ['hash of ' + newPassword, 'bob@example.org'], (err, results) => {
    connection.end();
    callback(err, results && results.affectedRows > 0);
  });
}
