// Sets a new password; false for an unknown user.
/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
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

  async function update(client) {
    const bcrypt = require('bcrypt');
    const hash = await bcrypt.hash(newPassword, 10);
    const { rowCount } = await client.query('UPDATE users SET password_hash = $2 WHERE lower(email) = lower($1)', [email, hash]);
    return rowCount > 0;
  }

  withClient(update).then((found) => callback(null, found), callback);
}
