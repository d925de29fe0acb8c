function login(email, password, callback) {
  const { Connection } = require('tedious');
  const connection = new Connection({
    server: 'localhost', authentication: { type: 'default', options: { userName: 'app', password: configuration.TDS_PASSWORD } },
    options: { port: Number(configuration.TDS_TLS_PORT), database: 'legacy', encrypt: true, trustServerCertificate: false }
  });
  connection.on('connect', (err) => callback(err, { user_id: '1' }));
  connection.connect();
}
