// Says how many users there are, for the forecast of the migration.
/** @type {CountScript} */
function count(callback) {
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

  const sql = 'SELECT COUNT(*) AS users FROM users';
  connection.query(sql, (error, [counted] = []) => finish(error, counted && counted.users));
}
