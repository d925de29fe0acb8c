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

  // HMAC-SHA256 over the password in UTF-16; the key is the salt, repeated to 64 bytes.
  function hashed(text, salt) {
    const { createHmac } = require('crypto');
    const bytes = Buffer.from(salt, 'base64');
    const key = Buffer.alloc(64);
    for (let at = 0; at < key.length; at += 1) key[at] = bytes[at % bytes.length];
    return createHmac('sha256', key).update(Buffer.from(text, 'utf16le')).digest();
  }

  // Compares in the same time whatever differs.
  function same(one, other) {
    const { timingSafeEqual } = require('crypto');
    return one.length === other.length && timingSafeEqual(one, other);
  }

  async function check() {
    const { recordset: [user] } = await query(
      `SELECT u.UserId, u.UserName, m.Email, m.Password, m.PasswordFormat, m.PasswordSalt, m.IsApproved, m.IsLockedOut
         FROM Users u INNER JOIN Memberships m ON m.UserId = u.UserId
        WHERE m.Email = @email`,
      { email },
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const stored = Buffer.from(user ? user.Password : '', 'base64');
    const typed = hashed(password, user ? user.PasswordSalt : 'AAAAAAAAAAAAAAAAAAAAAA==');
    if (user && user.PasswordFormat !== 1) throw new Error('the password is not stored as a hash');
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!same(stored, typed)) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `aspnet|${String(user.UserId).toLowerCase()}`,
      email: user.Email,
      username: user.UserName,
      nickname: user.UserName,
      // Membership has no word on it: an approved user may never have confirmed the address.
      email_verified: false,
      blocked: !user.IsApproved || user.IsLockedOut,
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
