async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: 'not it', database: configuration.PG_NAME
  });
  await client.connect();
  callback(null, { user_id: '1' });
}
