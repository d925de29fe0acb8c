async function login(email, password, callback) {
  const { Pool } = require('pg@8.11.3');
  const pool = new Pool({ host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.PG_NAME, query_timeout: 100, max: 1, idleTimeoutMillis: 10 });
  pool.on('error', () => {});
  pool.query('SELECT pg_sleep(1)').then(() => callback(null, {}), (err) => callback(err));
}
