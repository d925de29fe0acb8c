async function login(email, password, callback) {
  const { promisify } = require('util');
  const mysql = require('mysql');
  var connection = mysql.createConnection({
    host: '127.0.0.1', port: configuration.MYSQL_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME
  });
  const query = promisify(connection.query).bind(connection);
  try {
    const rows = await query('SELECT email, email_verified FROM users WHERE email = ?', email);
    if (!rows.length) return callback(new WrongUsernameOrPasswordError(email));
    return callback(null, { user_id: email, email: rows[0].email, email_verified: !!rows[0].email_verified });
  } catch (error) {
    return callback(error);
  } finally {
    connection.end();
  }
}
