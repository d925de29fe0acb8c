// Sets a new password; false for an unknown user.
/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
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

  // Version 3: a one, the digest (2 is HMAC-SHA512), rounds, length of the salt, salt, PBKDF2.
  async function hashed(text) {
    const { pbkdf2, randomBytes } = require('crypto');
    const head = Buffer.alloc(13);
    head[0] = 1;
    head.writeUInt32BE(2, 1);
    head.writeUInt32BE(100000, 5);
    head.writeUInt32BE(16, 9);
    const salt = randomBytes(16);
    const key = await require('util').promisify(pbkdf2)(text, salt, 100000, 32, 'sha512');
    return Buffer.concat([head, salt, key]).toString('base64');
  }

  async function update() {
    // A new stamp ends the sessions that the old password began.
    const result = await query(
      'UPDATE AspNetUsers SET PasswordHash = @hash, SecurityStamp = @stamp WHERE NormalizedEmail = UPPER(@email)',
      { email, hash: await hashed(newPassword), stamp: require('crypto').randomUUID() },
    );
    return result.rowsAffected[0] > 0;
  }

  update().then((found) => callback(null, found), callback);
}
