// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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
  });

  // What breaks between two queries comes back as the error of the next one.
  connection.on('error', () => {});

  // Every path ends here: the connection is closed, then the callback called, once.
  function finish(error, result) {
    connection.end(() => callback(error, result));
  }

  bcrypt.hash(user.password, 10, (error, hash) => {
    if (error) return finish(error);
    const row = { email: user.email, nickname: user.nickname || user.email.split('@')[0], password_hash: hash };
    connection.query('INSERT INTO users SET ?', row, (error) => {
      // The unique index on the address says that there is one already.
      const exists = error && error.code === 'ER_DUP_ENTRY';
      finish(exists ? new ValidationError('user_exists', 'The user exists already.') : error);
    });
  });
}
