// Sets a new address and whether it is verified; false for an unknown user.
/** @type {ChangeEmailScript} */
function changeEmail(email, newEmail, verified, callback) {
  const mysql = require('mysql');
  const connection = mysql.createConnection({
    host: configuration.DB_HOST,
    port: Number(configuration.DB_PORT || 3306),
    user: configuration.DB_USER,
    password: configuration.DB_PASSWORD,
    database: configuration.DB_NAME,
    ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
    connectTimeout: 10000,
  });

  // What breaks between two queries comes back as the error of the next one.
  connection.on('error', () => {});

  // Every path ends here: the connection is closed, then the callback called, once.
  function finish(error, result) {
    connection.end(() => callback(error, result));
  }

  const sql = 'UPDATE users SET email = ?, email_verified = ? WHERE email = ?';
  connection.query(sql, [newEmail, verified ? 1 : 0, email], (error, result) => {
    if (error && error.code === 'ER_DUP_ENTRY') {
      return finish(new ValidationError('user_exists', 'The address is taken.'));
    }
    if (error) return finish(error);
    finish(null, result.affectedRows > 0);
  });
}
