// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
  const mysql = require('mysql');
  const bcrypt = require('bcrypt');
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

  const sql = 'SELECT id, email, email_verified, nickname, password_hash FROM users WHERE email = ?';
  connection.query(sql, [email], (error, [user] = []) => {
    if (error) return finish(error);
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const hash = user ? user.password_hash : '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
    bcrypt.compare(password, hash, (error, matches) => {
      if (error) return finish(error);
      if (!user) return finish(new WrongUsernameOrPasswordError());
      if (!matches) return finish(new WrongUsernameOrPasswordError(email));
      finish(null, {
        user_id: String(user.id),
        email: user.email,
        email_verified: Boolean(user.email_verified),
        nickname: user.nickname,
      });
    });
  });
}
