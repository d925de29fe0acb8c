async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: 'localhost', ssl: true, port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  callback(null, { user_id: '1' });
}
