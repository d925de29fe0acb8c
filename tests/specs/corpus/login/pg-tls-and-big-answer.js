async function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({
    host: 'localhost', ssl: { ca: configuration.PG_CA }, port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  await client.connect();
  const tls = await client.query('SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  const big = await client.query("SELECT repeat('ä', 5242880) AS text");
  await client.end();
  callback(null, { user_id: '1', email, tls: tls.rows[0].version, characters: big.rows[0].text.length });
}
