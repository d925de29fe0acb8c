async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.PG_NAME, statement_timeout: 100 });
  await client.connect();
  try {
    await client.query('SELECT pg_sleep(5)');
  } catch (err) {
    await client.end();
    return callback(err);
  }
}
