async function create(user, callback) {
  const mysql = require('mysql2/promise');
  const pool = mysql.createPool({ host: '127.0.0.1', port: Number(configuration.MYSQL_PORT), user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.MYSQL_NAME, connectionLimit: 2, namedPlaceholders: true });
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    await connection.execute('INSERT INTO users (email, nickname) VALUES (:email, :nickname)', { email: 'tx@example.org', nickname: 'ü' });
    await connection.execute('INSERT INTO users (email, nickname) VALUES (?, ?)', ['ann@example.org', 'x']);
    await connection.commit();
    callback(null);
  } catch (err) {
    await connection.rollback();
    const [rows] = await connection.query('SELECT COUNT(*) AS n FROM users WHERE email = ?', ['tx@example.org']);
    callback(err.code === 'ER_DUP_ENTRY' && rows[0].n === 0 ? new ValidationError('user_exists', err.message) : err);
  } finally {
    connection.release();
    await pool.end();
  }
}
