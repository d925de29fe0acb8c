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
        connectionTimeout: 5000,
        requestTimeout: 10000,
        pool: { max: 5, idleTimeoutMillis: 30000 },
        options: {
          encrypt: configuration.DB_ENCRYPT !== 'false',
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
