// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
  async function withClient(work) {
    const { Client } = require('pg');
    const client = new Client({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT || 5432),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : false,
      connectionTimeoutMillis: 10000,
    });
    // A connection that breaks between two queries has nobody else to tell.
    client.on('error', (error) => console.warn(error.message));
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async function add(client) {
    const bcrypt = require('bcrypt');
    const hash = await bcrypt.hash(user.password, 10);
    await client.query(
      'INSERT INTO users (email, nickname, password_hash) VALUES ($1, $2, $3)',
      [user.email, user.nickname || user.email.split('@')[0], hash],
    );
  }

  withClient(add).then(
    () => callback(null),
    // 23505: the unique index on the address says that there is one already.
    (error) => callback(error.code === '23505' ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
