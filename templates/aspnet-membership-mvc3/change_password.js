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

  // HMAC-SHA256 over the password in UTF-16; the key is the salt, repeated to 64 bytes.
  function hashed(text, salt) {
    const { createHmac } = require('crypto');
    const bytes = Buffer.from(salt, 'base64');
    const key = Buffer.alloc(64);
    for (let at = 0; at < key.length; at += 1) key[at] = bytes[at % bytes.length];
    return createHmac('sha256', key).update(Buffer.from(text, 'utf16le')).digest();
  }

  async function update() {
    const salt = require('crypto').randomBytes(16).toString('base64');
    const hash = hashed(newPassword, salt).toString('base64');
    const result = await query(
      `UPDATE Memberships SET Password = @hash, PasswordSalt = @salt, PasswordFormat = 1, LastPasswordChangedDate = @now
        WHERE Email = @email`,
      { email, hash, salt, now: new Date() },
    );
    return result.rowsAffected[0] > 0;
  }

  update().then((found) => callback(null, found), callback);
}
