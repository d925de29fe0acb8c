// Says how many users there are, for the forecast of the migration.
/** @type {CountScript} */
function count(callback) {
  // One pool for all runs of this worker.
  function connected() {
    const { ConnectionPool } = require('mssql');
    if (!global.legacyPool) {
      const pool = new ConnectionPool({
        server: configuration.DB_HOST,
        port: Number(configuration.DB_PORT || 1433),
        user: configuration.DB_USER,
        password: configuration.DB_PASSWORD,
        database: configuration.DB_NAME,
        connectionTimeout: 15000,
        requestTimeout: 10000,
        pool: { max: 5, idleTimeoutMillis: 30000 },
        options: {
          encrypt: true,
          cryptoCredentialsDetails: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
        },
      });
      // What breaks while idle comes back as the error of the next query.
      pool.on('error', (error) => console.warn(error.message));
      global.legacyPool = pool.connect().catch((error) => {
        global.legacyPool = undefined;
        throw error;
      });
    }
    return global.legacyPool;
  }

  async function users() {
    const pool = await connected();
    const { recordset: [counted] } = await pool.request().query('SELECT COUNT(*) AS users FROM users');
    return counted.users;
  }

  users().then((number) => callback(null, number), callback);
}
