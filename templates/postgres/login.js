// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
  async function withClient(work) {
    const { Client } = require('pg');
    const client = new Client({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT || 5432),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : false,
      connectionTimeoutMillis: 10000,
    });
    // A connection that breaks between two queries has nobody else to tell.
    client.on('error', (error) => console.warn(error.message));
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async function check(client) {
    const bcrypt = require('bcrypt');
    const { rows: [user] } = await client.query(
      `SELECT id, email, email_verified, nickname, password_hash
         FROM users WHERE lower(email) = lower($1)`,
      [email],
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const hash = user ? user.password_hash : '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
    const matches = await bcrypt.compare(password, hash);
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!matches) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: String(user.id),
      email: user.email,
      email_verified: user.email_verified,
      nickname: user.nickname,
    };
  }

  withClient(check).then((profile) => callback(null, profile), callback);
}
