// Says how many users there are, for the forecast of the migration.
/** @type {CountScript} */
function count(callback) {
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

  async function users(connection) {
    const [[counted]] = await connection.execute(`SELECT COUNT(*) AS users FROM ${table()}`);
    return counted.users;
  }

  withConnection(users).then((number) => callback(null, number), callback);
}
