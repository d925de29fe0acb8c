function login(email, password, callback) {
  const { Connection } = require('tedious');
  const connection = new Connection({
    server: '127.0.0.1', authentication: { type: 'default', options: { userName: 'app', password: configuration.TDS_PASSWORD } },
    options: { port: Number(configuration.TDS_PORT), database: 'legacy', encrypt: true }
  });
  connection.on('connect', (err) => callback(err, { user_id: '1', email: email }));
  connection.connect();
}
