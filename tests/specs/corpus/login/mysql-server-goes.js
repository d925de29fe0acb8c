function login(email, password, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.on('error', () => {});
  connection.query('SELECT CONNECTION_ID() AS id', (err, rows) => {
    if (err) return callback(err);
    const killer = mysql.createConnection(connection.config);
    connection.query('SELECT SLEEP(5)', (err) => callback(err && { name: err.name, code: err.code, message: err.message, errno: err.errno } || null, { user_id: 1 }));
    killer.query('KILL ' + rows[0].id, () => killer.end());
  });
}
