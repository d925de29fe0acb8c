async function login(email, password, callback) {
  const { Client } = require('pg@8.7.1');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  try {
    await client.connect();
    const { rows, rowCount } = await client.query({ text: 'SELECT id, email FROM users WHERE lower(email) = lower($1)', values: [email.toUpperCase()] });
    if (rowCount !== 1) return callback(new WrongUsernameOrPasswordError(email));
    return callback(null, { user_id: rows[0].id, email: rows[0].email });
  } catch (error) {
    return callback(error);
  } finally {
    await client.end();
  }
}
