function login(email, password, callback) {
  const mysql = require('mysql');
  const connection = mysql.createConnection({ host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME });
  const rows = [];
  connection.query('SELECT id, email FROM users WHERE id < 3 ORDER BY id')
    .on('error', callback)
    .on('fields', (fields) => rows.push(fields.length))
    .on('result', (row) => { connection.pause(); setTimeout(() => { rows.push({ ...row }); connection.resume(); }, 5); })
    .on('end', () => connection.end(() => callback(null, { user_id: 'a', email, rows, escaped: mysql.format('SELECT ?? FROM t WHERE a = ? AND b IN (?)', ['x', "o'b", [1, null]]) })));
}
