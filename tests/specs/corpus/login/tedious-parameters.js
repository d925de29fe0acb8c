function login(email, password, callback) {
  const { Connection, Request, TYPES } = require('tedious@11.0.3');
  const connection = new Connection({ server: '127.0.0.1', authentication: { type: 'default', options: { userName: 'app', password: configuration.TDS_PASSWORD } }, options: { port: Number(configuration.TDS_PORT), database: 'legacy', encrypt: false, trustServerCertificate: true, rowCollectionOnRequestCompletion: true } });
  connection.on('connect', (err) => {
    if (err) return callback(err);
    const request = new Request('SELECT @email AS email, @n AS n', (err, rowCount, rows) => {
      connection.close();
      if (err) return callback(err);
      const [mail, n] = rows[0];
      callback(null, { user_id: n.value, email: mail.value, rowCount, column: mail.metadata.colName });
    });
    request.addParameter('email', TYPES.NVarChar, email);
    request.addParameter('n', TYPES.Int, 42);
    connection.execSql(request);
  });
  connection.connect();
}
