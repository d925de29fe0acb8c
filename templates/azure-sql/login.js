// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
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

  // Runs a query with its values, which are bound as @name.
  async function query(sql, values) {
    const pool = await connected();
    const request = pool.request();
    for (const [name, value] of Object.entries(values)) request.input(name, value);
    return request.query(sql);
  }

  async function check() {
    const bcrypt = require('bcrypt');
    const { recordset: [user] } = await query(
      'SELECT id, email, email_verified, nickname, password_hash FROM users WHERE email = @email',
      { email },
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const hash = user ? user.password_hash : '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
    const matches = await bcrypt.compare(password, hash);
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!matches) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `sql|${user.id}`,
      email: user.email,
      email_verified: Boolean(user.email_verified),
      nickname: user.nickname,
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
