function login(email, password, callback) {
  const { Connection } = require('tedious@11.0.3');
  const connection = new Connection({
    server: 'localhost', authentication: { type: 'default', options: { userName: 'app', password: 'not it' } },
    options: { port: Number(configuration.TDS_PORT), database: 'legacy', encrypt: false }
  });
  connection.on('connect', (err) => callback(err, { user_id: '1' }));
  connection.connect();
}
