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

  // Version 2: a zero, 16 bytes of salt, 32 bytes of PBKDF2 with HMAC-SHA1 and 1000 rounds.
  async function matches(text, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const bytes = Buffer.from(stored, 'base64');
    const usable = bytes.length === 49 && bytes[0] === 0;
    const whole = usable ? bytes : Buffer.alloc(49);
    const key = await require('util').promisify(pbkdf2)(text, whole.subarray(1, 17), 1000, 32, 'sha1');
    return timingSafeEqual(key, whole.subarray(17)) && usable;
  }

  async function check() {
    const { recordset: [user] } = await query(
      `SELECT p.UserId, p.UserName, m.Password, m.IsConfirmed
         FROM UserProfile p INNER JOIN webpages_Membership m ON m.UserId = p.UserId
        WHERE p.UserName = @email`,
      { email },
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const right = await matches(password, user ? user.Password : '');
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!right) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `simple|${user.UserId}`,
      email: user.UserName,
      email_verified: Boolean(user.IsConfirmed),
      nickname: user.UserName.split('@')[0],
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
