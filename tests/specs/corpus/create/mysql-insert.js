function create(user, callback) {
  const mysql = require('mysql');
  const bcrypt = require('bcrypt');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.connect();
  bcrypt.hash(user.password, 4, function (err, hash) {
    if (err) return callback(err);
    connection.query('INSERT INTO users SET ?', { email: user.email, nickname: 'new', password_hash: hash }, function (err, results) {
      connection.end();
      if (err) return callback(err);
      if (results.affectedRows !== 1) return callback(new Error('not stored'));
      callback(null);
    });
  });
}
