// Removes the user whose id login and get_user gave.
/**
 * @param {string} id
 * @param {DeleteCallback} callback
 */
async function deleteUser(id, callback) {
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

  async function remove(connection) {
    await connection.execute('DELETE FROM users WHERE id = ?', [id]);
  }

  try {
    await withConnection(remove);
  } catch (error) {
    return callback(error);
  }
  callback(null);
}
