async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: 'localhost', ssl: { rejectUnauthorized: false }, port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  const answer = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  await client.end();
  callback(null, { user_id: '1', email, ...answer.rows[0] });
}
