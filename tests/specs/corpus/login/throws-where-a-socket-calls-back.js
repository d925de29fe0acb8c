async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ connectionString: configuration.PG });
  await client.connect();
  const { rows } = await client.query('SELECT 1 AS id');
  client.end(function () {
    callback(null, { user_id: rows[0].id, email: rows[0].user.email });
  });
}
