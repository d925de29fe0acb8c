function create(user, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  const fail = (err) => client.query('ROLLBACK', () => client.end(() => callback(err)));
  client.connect();
  client.query('BEGIN');
  client.query('INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING email', [user.email, 'x'], (err, result) => {
    if (err) return fail(err);
    client.query('INSERT INTO nowhere VALUES (1)', fail);
  });
}
