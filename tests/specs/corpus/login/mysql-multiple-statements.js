function login(email, password, callback) {
  const mysql = require('mysql');
  const connection = mysql.createConnection({ host: 'localhost', port: configuration.MYSQL_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME, multipleStatements: true, insecureAuth: true, dateStrings: true, supportBigNumbers: true, bigNumberStrings: true });
  connection.connect();
  connection.query({ sql: 'SELECT ? AS a; SELECT large, day, moment FROM kinds; SELECT id, email FROM users WHERE email = :email', values: [1], timeout: 4000, nestTables: '_' }, function (err) {
    const failed = err && [err.code, err.errno, err.sqlState, err.sqlMessage && err.sqlMessage.slice(0, 40), err.fatal];
    connection.query('SELECT 1 AS one; SELECT large, day, moment FROM kinds; SELECT id, email FROM users WHERE email = ?', [email], function (err, results, fields) {
      if (err) return callback(err);
      const user = results[2][0];
      callback(null, { user_id: user.id, email: user.email, failed, results: JSON.parse(JSON.stringify(results)), names: fields.map((list) => list.map((field) => field.name)) });
    });
  });
}
