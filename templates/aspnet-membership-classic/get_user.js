// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
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

  async function find() {
    const { recordset: [user] } = await query(
      `SELECT u.UserId, u.UserName, m.Email, m.IsApproved, m.IsLockedOut
         FROM aspnet_Users u INNER JOIN aspnet_Membership m ON m.UserId = u.UserId
        WHERE m.LoweredEmail = LOWER(@email)`,
      { email },
    );
    return user && {
      user_id: `aspnet|${String(user.UserId).toLowerCase()}`,
      email: user.Email,
      username: user.UserName,
      nickname: user.UserName,
      // Membership has no word on it: an approved user may never have confirmed the address.
      email_verified: false,
      blocked: !user.IsApproved || user.IsLockedOut,
    };
  }

  find().then((profile) => callback(null, profile), callback);
}
