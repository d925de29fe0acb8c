function login(email, password, callback) {
  const mysql = require('mysql2');
  const connection = mysql.createConnection({ host: '127.0.0.1', port: Number(configuration.MYSQL_PORT), user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME });
  connection.query('SELECT * FROM nowhere', function (err) {
    connection.destroy();
    err.message = err.message.replace(configuration.MYSQL_NAME, 'DB');
    callback(err);
  });
}
