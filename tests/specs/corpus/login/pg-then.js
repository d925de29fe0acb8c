function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  client.connect();
  client.query('SELECT id FROM users WHERE email = $1', ['nobody@example.org'])
    .then((result) => {
      client.end();
      if (!result.rows.length) return callback(new WrongUsernameOrPasswordError(email, 'There is no such user'));
      return callback(null, result.rows[0]);
    })
    .catch((error) => callback(error));
}
