// Checks the password and gives the profile.
/**
 * @param {string} email
 * @param {string} password
 * @param {LoginCallback} callback
 */
async function login(email, password, callback) {
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

  async function check(connection) {
    const bcrypt = require('bcrypt');
    const [[user]] = await connection.execute(
      'SELECT id, email, email_verified, nickname, password_hash FROM users WHERE email = ?',
      [email],
    );
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const hash = user ? user.password_hash : '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
    const matches = await bcrypt.compare(password, hash);
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!matches) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: String(user.id),
      email: user.email,
      email_verified: Boolean(user.email_verified),
      nickname: user.nickname,
    };
  }

  let profile;
  try {
    profile = await withConnection(check);
  } catch (error) {
    return callback(error);
  }
  callback(null, profile);
}
