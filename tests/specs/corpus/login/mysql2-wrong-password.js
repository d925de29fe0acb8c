async function login(email, password, callback) {
  const mysql = require('mysql2/promise');
  await mysql.createConnection({ host: '127.0.0.1', port: Number(configuration.MYSQL_PORT), user: configuration.DB_USER, password: 'wrong', database: configuration.MYSQL_NAME });
  callback(null, {});
}
