// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
  const mysql = require('mysql');
  const connection = mysql.createConnection({
    host: configuration.DB_HOST,
    port: Number(configuration.DB_PORT || 3306),
    user: configuration.DB_USER,
    password: configuration.DB_PASSWORD,
    database: configuration.DB_NAME,
    ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
    connectTimeout: 10000,
    // Ids of more than 53 bits would be rounded.
    supportBigNumbers: true,
  });

  // What breaks between two queries comes back as the error of the next one.
  connection.on('error', () => {});

  // Every path ends here: the connection is closed, then the callback called, once.
  function finish(error, result) {
    connection.end(() => callback(error, result));
  }

  const sql = 'SELECT id, email, email_verified, nickname FROM users WHERE email = ?';
  connection.query(sql, [email], (error, [user] = []) => {
    if (error) return finish(error);
    if (!user) return finish(null);
    finish(null, {
      user_id: String(user.id),
      email: user.email,
      email_verified: Boolean(user.email_verified),
      nickname: user.nickname,
    });
  });
}
