const login = async (email, password, callback) => {
  const { Pool } = require('pg');
  const pool = new Pool({
    connectionString: `postgresql://${configuration.DB_USER}:${encodeURIComponent(configuration.DB_PASSWORD)}@127.0.0.1:${configuration.PG_PORT}/${configuration.PG_NAME}`
  });
  const client = await pool.connect();
  const answer = await client.query("SELECT $1::text AS email, now() > '2020-01-01' AS later", [email]);
  client.release();
  pool.end();
  callback(null, { user_id: 1, ...answer.rows[0] });
};
