function login(email, password, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.query('SELEC * FROM users', (err, rows, fields) => {
    connection.end();
    callback(err, { user_id: '1', rows });
  });
}
