function login(email, password, callback) {
  const { Client } = require('pg');
  const client = new Client({ host: '127.0.0.1', port: configuration.CLOSED_PORT, user: 'u', password: 'p', database: 'd' });
  client.connect(function (err) {
    if (err) return callback(err);
    callback(null, { user_id: '1' });
  });
}
