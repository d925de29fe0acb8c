function changePassword(email, newPassword, callback) {
  const connection = mysql({ host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME });
  connection.connect();
  require('bcrypt').hash(newPassword, 4, function (err, hash) {
    if (err) return callback(err);
    connection.query('UPDATE users SET password_hash = ? WHERE email = ?', [hash, email], function (err, results) {
      if (err) return callback(err);
      callback(null, results.affectedRows > 0);
    });
  });
}
