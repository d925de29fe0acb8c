// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
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

  // WordPress 6.8 and later: bcrypt over a keyed digest, so that long passwords count whole.
  function digest(text) {
    return require('crypto').createHmac('sha384', 'wp-sha384').update(text.trim()).digest('base64');
  }

  async function matches(text, stored) {
    const bcrypt = require('bcrypt');
    const { createHash, timingSafeEqual } = require('crypto');
    if (stored.startsWith('$wp$2y$')) return bcrypt.compare(digest(text), stored.slice(3).replace('$2y$', '$2b$'));
    if (/^\$2[aby]\$/.test(stored)) return bcrypt.compare(text.trim(), stored.replace('$2y$', '$2b$'));
    if (/^\$[PH]\$/.test(stored)) return require('wordpress-hash-node').CheckPassword(text.trim(), stored);
    // Before WordPress 2.5, and users of old imports who never came back.
    if (/^[0-9a-f]{32}$/.test(stored)) {
      return timingSafeEqual(createHash('md5').update(text.trim()).digest(), Buffer.from(stored, 'hex'));
    }
    throw new Error(`the hash begins with ${stored.slice(0, 4)}, which is not WordPress' own`);
  }

  async function check(connection) {
    const [[user]] = await connection.execute(
      `SELECT ID, user_login, user_email, user_nicename, display_name, user_pass
         FROM ${table()} WHERE user_email = ? OR user_login = ?`,
      [email, email],
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const right = await matches(password, user ? user.user_pass : '$wp$2y$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62');
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!right) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `wp|${user.ID}`,
      email: user.user_email,
      // WordPress keeps no word on it.
      email_verified: false,
      username: user.user_login,
      nickname: user.user_nicename,
      name: user.display_name,
    };
  }

  withConnection(check).then((profile) => callback(null, profile), callback);
}
