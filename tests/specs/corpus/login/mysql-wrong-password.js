function login(email, password, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: 'not it', database: configuration.MYSQL_NAME
  });
  connection.connect((err) => {
    if (err) return callback(err);
    callback(null, { user_id: '1' });
  });
}
