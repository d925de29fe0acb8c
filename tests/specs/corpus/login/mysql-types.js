function login(email, password, callback) {
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  connection.query('SELECT * FROM kinds', (err, rows, fields) => {
    connection.end();
    if (err) return callback(err);
    callback(null, { user_id: '1', email, row: { ...rows[0] }, names: fields.map((f) => f.name + ':' + f.type) });
  });
}
