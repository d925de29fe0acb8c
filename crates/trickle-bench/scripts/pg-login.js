function login(email, password, callback) {
  const crypto = require('crypto');
  const { Client } = require('pg');

  const client = new Client({ connectionString: configuration.url });
  client.connect(function (error) {
    if (error) return callback(error);
    client.query('SELECT id, email, salt, password FROM users WHERE email = $1', [email], function (error, result) {
      client.end();
      if (error) return callback(error);
      const user = result.rows[0];
      if (!user) return callback(new Error('no such user'));
      const hash = crypto.createHash('sha256').update(user.salt + password).digest('hex');
      if (hash !== user.password) return callback(new Error('wrong password'));
      callback(null, { user_id: String(user.id), email: user.email });
    });
  });
}
