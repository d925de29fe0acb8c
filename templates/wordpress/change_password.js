// Sets a new password; false for an unknown user.
/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
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

  // As WordPress 6.8 and later: bcrypt over a keyed digest, so that long passwords count whole.
  async function hashed(text) {
    const digest = require('crypto').createHmac('sha384', 'wp-sha384').update(text.trim()).digest('base64');
    const hash = await require('bcrypt').hash(digest, 10);
    return `$wp${hash.replace(/^\$2[ab]\$/, '$2y$')}`;
  }

  async function update(connection) {
    const [result] = await connection.execute(
      `UPDATE ${table()} SET user_pass = ?, user_activation_key = '' WHERE user_email = ? OR user_login = ?`,
      [await hashed(newPassword), email, email],
    );
    return result.affectedRows > 0;
  }

  withConnection(update).then((found) => callback(null, found), callback);
}
