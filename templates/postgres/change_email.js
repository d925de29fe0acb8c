// Sets a new address and whether it is verified; false for an unknown user.
/** @type {ChangeEmailScript} */
function changeEmail(email, newEmail, verified, callback) {
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
    const { rowCount } = await client.query(
      'UPDATE users SET email = $2, email_verified = $3 WHERE lower(email) = lower($1)',
      [email, newEmail, verified],
    );
    return rowCount > 0;
  }

  withClient(update).then(
    (found) => callback(null, found),
    // 23505: another user has that address.
    (error) => callback(error.code === '23505' ? new ValidationError('user_exists', 'The address is taken.') : error),
  );
}
