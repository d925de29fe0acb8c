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

  // Version 2: a zero, 16 bytes of salt, 32 bytes of PBKDF2 with HMAC-SHA1 and 1000 rounds.
  async function hashed(text) {
    const { pbkdf2, randomBytes } = require('crypto');
    const salt = randomBytes(16);
    const key = await require('util').promisify(pbkdf2)(text, salt, 1000, 32, 'sha1');
    return Buffer.concat([Buffer.alloc(1), salt, key]).toString('base64');
  }

  async function add() {
    const { email } = user;
    const { recordset: [other] } = await query('SELECT UserId FROM UserProfile WHERE UserName = @email', { email });
    if (other) throw new ValidationError('user_exists', 'The user exists already.');
    const hash = await hashed(user.password);
    await query('INSERT INTO UserProfile (UserName) VALUES (@email)', { email });
    const { recordset: [added] } = await query('SELECT UserId FROM UserProfile WHERE UserName = @email', { email });
    await query(
      `INSERT INTO webpages_Membership (UserId, CreateDate, IsConfirmed, PasswordFailuresSinceLastSuccess, Password, PasswordSalt)
       VALUES (@id, @now, 0, 0, @hash, '')`,
      { id: added.UserId, now: new Date(), hash },
    );
  }

  // 2601 and 2627: a unique index says that there is one already.
  add().then(
    () => callback(null),
    (error) => callback([2601, 2627].includes(error.number)
      ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
