// Marks the address as verified; false for an unknown user.
/** @type {VerifyScript} */
function verify(email, callback) {
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

  connection.query('UPDATE users SET email_verified = 1 WHERE email = ?', [email], (error, result) => {
    if (error) return finish(error);
    finish(null, result.affectedRows > 0);
  });
}
