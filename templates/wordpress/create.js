// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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

  async function add(connection) {
    const name = String(user.nickname || user.email.split('@')[0]);
    // A login name never changes, so that an address is no good one.
    const login = user.username || `${name.slice(0, 50)}-${require('crypto').randomBytes(4).toString('hex')}`;
    const [[other]] = await connection.execute(
      `SELECT ID FROM ${table()} WHERE user_email = ? OR user_login = ?`,
      [user.email, login],
    );
    if (other) throw new ValidationError('user_exists', 'The user exists already.');
    await connection.execute(
      `INSERT INTO ${table()} (user_login, user_pass, user_nicename, user_email, user_registered, display_name)
       VALUES (?, ?, ?, ?, NOW(), ?)`,
      [login, await hashed(user.password), name.slice(0, 50), user.email, name],
    );
  }

  withConnection(add).then(() => callback(null), callback);
}
