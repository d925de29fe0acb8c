// Adds a user.
/**
 * @param {ActionNewUser} user
 * @param {CreateCallback} callback
 */
async function create(user, callback) {
  async function withConnection(work) {
    const mysql = require('mysql2/promise');
    const connection = await mysql.createConnection({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT || 3306),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : undefined,
      connectTimeout: 10000,
    });
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  }

  async function add(connection) {
    const bcrypt = require('bcrypt');
    const hash = await bcrypt.hash(user.password, 10);
    await connection.execute(
      'INSERT INTO users (email, nickname, password_hash) VALUES (?, ?, ?)',
      [user.email, user.nickname || user.email.split('@')[0], hash],
    );
  }

  try {
    await withConnection(add);
  } catch (error) {
    // The unique index on the address says that there is one already.
    const exists = error.code === 'ER_DUP_ENTRY';
    return callback(exists ? new ValidationError('user_exists', 'The user exists already.') : error);
  }
  callback(null);
}
