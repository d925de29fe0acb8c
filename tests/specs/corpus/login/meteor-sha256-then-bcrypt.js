function login(email, password, callback) {
  const { Client: PGClient } = require('pg@8.7.1');
  const crypto = require('crypto');
  const bcrypt = require('bcrypt@5.0.1');
  const client = new PGClient({ host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.PG_NAME });
  client.connect(function (err) {
    if (err) return callback(err);
    client.query('SELECT id, email, nickname, password_hash FROM users WHERE email = $1', [email], function (err, result) {
      client.end();
      if (err || result.rows.length === 0) return callback(err || new WrongUsernameOrPasswordError(email));
      const user = result.rows[0];
      const meteor = crypto.createHash('sha256').update(password).digest('hex');
      bcrypt.compare(meteor, user.password_hash, function (err, isMeteor) {
        bcrypt.compare(password, user.password_hash, function (err, isValid) {
          if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
          callback(null, { user_id: user.id, nickname: user.nickname, email: user.email, isMeteor, rowCount: result.rowCount, fields: result.fields.map((field) => field.name) });
        });
      });
    });
  });
}
