// Says how many users there are, for the forecast of the migration.
/**
 * @param {CountCallback} callback
 */
async function count(callback) {
  async function withConnection(work) {
    const mysql = require('mysql2/promise');
    const connection = await mysql.createConnection({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT || 3306),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
      connectTimeout: 10000,
    });
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  }

  async function users(connection) {
    const [[counted]] = await connection.execute('SELECT COUNT(*) AS users FROM users');
    return counted.users;
  }

  let number;
  try {
    number = await withConnection(users);
  } catch (error) {
    return callback(error);
  }
  callback(null, number);
}
