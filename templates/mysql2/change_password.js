// Sets a new password; false for an unknown user.
/**
 * @param {string} email
 * @param {string} newPassword
 * @param {ChangePasswordCallback} callback
 */
async function changePassword(email, newPassword, callback) {
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

  async function update(connection) {
    const bcrypt = require('bcrypt');
    const hash = await bcrypt.hash(newPassword, 10);
    const [result] = await connection.execute(
      'UPDATE users SET password_hash = ? WHERE email = ?',
      [hash, email],
    );
    return result.affectedRows > 0;
  }

  let found;
  try {
    found = await withConnection(update);
  } catch (error) {
    return callback(error);
  }
  callback(null, found);
}
