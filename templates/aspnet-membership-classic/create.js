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

  // SHA-1 over the salt and the password in UTF-16.
  function hashed(text, salt) {
    const { createHash } = require('crypto');
    return createHash('sha1').update(Buffer.from(salt, 'base64')).update(Buffer.from(text, 'utf16le')).digest();
  }

  async function add() {
    const { randomBytes, randomUUID } = require('crypto');
    const salt = randomBytes(16).toString('base64');
    const values = {
      application: configuration.APPLICATION_ID,
      id: randomUUID(),
      name: user.username || user.email,
      email: user.email,
      hash: hashed(user.password, salt).toString('base64'),
      salt,
      now: new Date(),
      never: new Date(Date.UTC(1754, 0, 1)),
    };
    const { recordset: [other] } = await query(
      'SELECT UserId FROM aspnet_Membership WHERE LoweredEmail = LOWER(@email)',
      { email: user.email },
    );
    if (other) throw new ValidationError('user_exists', 'The user exists already.');
    await query(
      `INSERT INTO aspnet_Users (ApplicationId, UserId, UserName, LoweredUserName, IsAnonymous, LastActivityDate)
       VALUES (@application, @id, @name, LOWER(@name), 0, @now)`,
      values,
    );
    await query(
      `INSERT INTO aspnet_Membership (ApplicationId, UserId, Password, PasswordFormat, PasswordSalt, Email, LoweredEmail,
         IsApproved, IsLockedOut, CreateDate, LastLoginDate, LastPasswordChangedDate, LastLockoutDate,
         FailedPasswordAttemptCount, FailedPasswordAttemptWindowStart, FailedPasswordAnswerAttemptCount,
         FailedPasswordAnswerAttemptWindowStart)
       VALUES (@application, @id, @hash, 1, @salt, @email, LOWER(@email), 1, 0, @now, @now, @now, @never, 0, @never, 0, @never)`,
      values,
    );
  }

  // 2601 and 2627: a unique index says that there is one already.
  add().then(
    () => callback(null),
    (error) => callback([2601, 2627].includes(error.number)
      ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
