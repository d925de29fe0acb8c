// Gives the profile without a password; nothing for an unknown user.
/**
 * @param {string} email
 * @param {GetUserCallback} callback
 */
async function getUser(email, callback) {
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
      // Ids of more than 53 bits would be rounded.
      supportBigNumbers: true,
    });
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  }

  async function find(connection) {
    const [[user]] = await connection.execute(
      'SELECT id, email, email_verified, nickname FROM users WHERE email = ?',
      [email],
    );
    return user && {
      user_id: String(user.id),
      email: user.email,
      email_verified: Boolean(user.email_verified),
      nickname: user.nickname,
    };
  }

  let profile;
  try {
    profile = await withConnection(find);
  } catch (error) {
    return callback(error);
  }
  callback(null, profile);
}
