// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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
        connectionTimeout: 10000,
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

  // Runs a query with its values, which are bound as @name.
  async function query(sql, values) {
    const pool = await connected();
    const request = pool.request();
    for (const [name, value] of Object.entries(values)) request.input(name, value);
    return request.query(sql);
  }

  async function add() {
    const bcrypt = require('bcrypt');
    const hash = await bcrypt.hash(user.password, 10);
    await query(
      'INSERT INTO users (email, nickname, password_hash) VALUES (@email, @nickname, @hash)',
      { email: user.email, nickname: user.nickname || user.email.split('@')[0], hash },
    );
  }

  // 2601 and 2627: a unique index says that there is one already.
  add().then(
    () => callback(null),
    (error) => callback([2601, 2627].includes(error.number)
      ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
