function login(email, password, callback) {
  const mysql = require('mysql');
  const connection = mysql.createConnection({ host: '127.0.0.1', port: configuration.SILENT_PORT, user: 'u', password: 'p', database: 'd' });
  connection.connect({ timeout: 150 }, (err) => callback(err));
}
