function login(email, password, callback) {
  var bcrypt = require('bcrypt');
  var mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.connect();
  var query = 'SELECT id, nickname, email, password_hash FROM users WHERE email = ?';
  connection.query(query, [email], function (err, results) {
    if (err) return callback(err);
    if (results.length === 0) return callback(new WrongUsernameOrPasswordError(email));
    var user = results[0];
    bcrypt.compare(password, user.password_hash, function (err, isValid) {
      if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
      callback(null, { user_id: user.id.toString(), nickname: user.nickname, email: user.email });
    });
  });
}
