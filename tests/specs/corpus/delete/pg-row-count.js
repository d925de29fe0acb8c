function remove(id, callback) {
  const { Client } = require('pg@7.3');
  const client = new Client({ host: '127.0.0.1', port: configuration.PG_PORT, user: configuration.DB_USER, password: configuration.DB_PASSWORD, database: configuration.PG_NAME });
  client.connect(function (err) {
    if (err) return callback(err);
    client.query('DELETE FROM users WHERE id = $1', [id], function (err, result) {
      client.end();
      callback(err, err ? undefined : result.rowCount);
    });
  });
}
