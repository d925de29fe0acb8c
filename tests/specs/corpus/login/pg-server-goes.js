async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  client.on('error', () => {});
  await client.connect();
  client.query('SELECT pg_terminate_backend(pg_backend_pid())', (err) => callback(err, { user_id: '1' }));
}
