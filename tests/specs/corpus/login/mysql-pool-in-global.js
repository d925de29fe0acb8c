function login(email, password, callback) {
  global.pool = global.pool || require('mysql').createPool({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME, connectionLimit: 2
  });
  global.pool.getConnection(function (err, connection) {
    if (err) return callback(err);
    connection.query({ sql: 'SELECT id FROM users WHERE ?? = ?', timeout: 5000 }, ['email', email], function (err, rows) {
      connection.release();
      callback(err, rows && rows[0] && { user_id: rows[0].id, email: email });
    });
  });
}
