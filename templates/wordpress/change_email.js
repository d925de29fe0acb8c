// Sets a new address and whether it is verified; false for an unknown user.
/** @type {ChangeEmailScript} */
function changeEmail(email, newEmail, verified, callback) {
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

  // The table, with the prefix that wp-config.php names.
  function table() {
    const prefix = configuration.TABLE_PREFIX || 'wp_';
    if (!/^\w+$/.test(prefix)) throw new Error('TABLE_PREFIX may have letters, digits and _');
    return `${prefix}users`;
  }

  async function update(connection) {
    const [[other]] = await connection.execute(
      `SELECT ID FROM ${table()} WHERE user_email = ? AND user_email <> ?`,
      [newEmail, email],
    );
    if (other) throw new ValidationError('user_exists', 'The address is taken.');
    const [result] = await connection.execute(
      `UPDATE ${table()} SET user_email = ? WHERE user_email = ?`,
      [newEmail, email],
    );
    return result.affectedRows > 0;
  }

  withConnection(update).then((found) => callback(null, found), callback);
}
