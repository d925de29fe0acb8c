// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
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

  async function find(client) {
    const { rows: [user] } = await client.query(
      `SELECT id, email, email_verified, nickname
         FROM users WHERE lower(email) = lower($1)`,
      [email],
    );
    return user && {
      user_id: String(user.id),
      email: user.email,
      email_verified: user.email_verified,
      nickname: user.nickname,
    };
  }

  withClient(find).then((profile) => callback(null, profile), callback);
}
