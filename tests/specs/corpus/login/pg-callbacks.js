function login(email, password, callback) {
  const { Client } = require('pg');
  const bcrypt = require('bcrypt');
  const client = new Client({
    host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER,
    password: configuration.DB_PASSWORD, database: configuration.PG_NAME
  });
  client.connect(function (err) {
    if (err) return callback(err);
    client.query('SELECT id, nickname, email, password_hash FROM users WHERE email = $1', [email], function (err, result) {
      if (err || result.rows.length === 0) return callback(err || new WrongUsernameOrPasswordError(email));
      const user = result.rows[0];
      bcrypt.compare(password, user.password_hash, function (err, isValid) {
        if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
        return callback(null, { user_id: user.id, nickname: user.nickname, email: user.email });
      });
    });
  });
}
