function changeEmail(email, newEmail, verified, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  client.connect();
  client.query('UPDATE users SET email = $1, email_verified = $2 WHERE email = $3', [newEmail, verified, 'nobody@example.org'], (err, result) => {
    client.end();
    callback(err, result && result.rowCount > 0);
  });
}
