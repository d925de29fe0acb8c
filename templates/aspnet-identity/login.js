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

  // Version 2 begins with 0: salt and PBKDF2 with HMAC-SHA1 and 1000 rounds. Version 3 begins with 1: digest, rounds and length of
  // the salt as big-endian numbers, then salt and PBKDF2.
  function parsed(stored) {
    const bytes = Buffer.from(stored, 'base64');
    if (bytes.length === 49 && bytes[0] === 0) {
      return { digest: 'sha1', rounds: 1000, salt: bytes.subarray(1, 17), key: bytes.subarray(17) };
    }
    if (bytes.length < 30 || bytes[0] !== 1) return undefined;
    const digest = ['sha1', 'sha256', 'sha512'][bytes.readUInt32BE(1)];
    const rounds = bytes.readUInt32BE(5);
    const end = 13 + bytes.readUInt32BE(9);
    // Rounds cost time: more than a million is no hash that Identity wrote.
    const usable = digest && rounds > 0 && rounds <= 1000000 && end <= bytes.length - 16;
    return usable ? { digest, rounds, salt: bytes.subarray(13, end), key: bytes.subarray(end) } : undefined;
  }

  async function matches(text, stored) {
    const { pbkdf2, timingSafeEqual } = require('crypto');
    const usual = { digest: 'sha256', rounds: 10000, salt: Buffer.alloc(16), key: Buffer.alloc(32) };
    const parts = parsed(stored);
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const { digest, rounds, salt, key } = parts || usual;
    const typed = await require('util').promisify(pbkdf2)(text, salt, rounds, key.length, digest);
    return timingSafeEqual(typed, key) && Boolean(parts);
  }

  async function check() {
    const { recordset: [user] } = await query(
      `SELECT Id, UserName, Email, EmailConfirmed, LockoutEnabled, LockoutEnd, PasswordHash
         FROM AspNetUsers WHERE NormalizedEmail = UPPER(@email)`,
      { email },
    );
    const right = await matches(password, (user && user.PasswordHash) || '');
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!right) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `identity|${user.Id}`,
      email: user.Email,
      email_verified: Boolean(user.EmailConfirmed),
      username: user.UserName,
      nickname: user.UserName.split('@')[0],
      blocked: Boolean(user.LockoutEnabled) && user.LockoutEnd > new Date(),
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
