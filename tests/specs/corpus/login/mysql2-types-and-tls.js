async function login(email, password, callback) {
  const mysql = require('mysql2/promise');
  const connection = await mysql.createConnection({
    host: 'localhost', port: Number(configuration.MYSQL_PORT), user: configuration.DB_USER, password: configuration.DB_PASSWORD,
    database: configuration.MYSQL_NAME, ssl: { ca: configuration.MYSQL_CA }, supportBigNumbers: true, bigNumberStrings: true
  });
  const [[row]] = await connection.query('SELECT * FROM kinds');
  const [[tls]] = await connection.query("SHOW STATUS LIKE 'Ssl_version'");
  const [[big]] = await connection.query("SELECT REPEAT('x', 10485760) AS text");
  await connection.end();
  callback(null, { user_id: '1', email, row, tls: tls.Value, bytes: big.text.length });
}
