// Marks the address as verified; false for an unknown user.
/**
 * @param {string} email
 * @param {VerifyCallback} callback
 */
async function verify(email, callback) {
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
    const [result] = await connection.execute(
      'UPDATE users SET email_verified = 1 WHERE email = ?',
      [email],
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
