// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
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
      // Ids of more than 53 bits would be rounded.
      supportBigNumbers: true,
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

  async function find(connection) {
    const [[user]] = await connection.execute(
      `SELECT ID, user_login, user_email, user_nicename, display_name
         FROM ${table()} WHERE user_email = ? OR user_login = ?`,
      [email, email],
    );
    return user && {
      user_id: `wp|${user.ID}`,
      email: user.user_email,
      // WordPress keeps no word on it.
      email_verified: false,
      username: user.user_login,
      nickname: user.user_nicename,
      name: user.display_name,
    };
  }

  withConnection(find).then((profile) => callback(null, profile), callback);
}
