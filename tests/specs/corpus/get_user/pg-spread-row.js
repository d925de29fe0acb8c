async function getUser(email, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  const { rows } = await client.query('SELECT * FROM users WHERE email = $1', [email]);
  await client.end();
  if (!rows[0]) return callback(null);
  const { password_hash, id, ...rest } = rows[0];
  return callback(null, { user_id: String(id), ...rest });
}
