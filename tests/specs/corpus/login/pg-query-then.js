function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ user: configuration.DB_USER, password: configuration.DB_PASSWORD, host: '127.0.0.1', database: configuration.PG_NAME, port: configuration.PG_PORT, ssl: { rejectUnauthorized: true, ca: configuration.PG_CA } });
  client.connect();
  client.query(`SELECT id, email, email_verified, created FROM users WHERE lower(email) = '${email.toLowerCase()}'`)
    .then((result) => {
      const { id, ...rest } = result.rows[0];
      callback(null, { user_id: id.toString(), ...rest, command: result.command, oid: result.oid });
    })
    .catch((err) => callback(err))
    .then(() => client.end());
}
