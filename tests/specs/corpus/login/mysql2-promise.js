async function login(email, password, callback) {
  const mysql = require('mysql2/promise');
  const connection = await mysql.createConnection({
    host: '127.0.0.1', port: Number(configuration.MYSQL_PORT), user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  const [rows] = await connection.execute('SELECT id, email, nickname FROM users WHERE email = ?', [email]);
  await connection.end();
  if (rows.length === 0) throw new WrongUsernameOrPasswordError(email, 'nobody');
  callback(null, { user_id: `my|${rows[0].id}`, ...rows[0] });
}
