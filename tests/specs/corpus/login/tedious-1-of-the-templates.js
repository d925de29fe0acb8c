function login(email, password, callback) {
  var { Connection, Request, TYPES } = require('tedious@1.11.0');
  var connection = new Connection({
    userName: 'app', password: configuration.TDS_PASSWORD, server: 'localhost',
    options: { port: Number(configuration.TDS_TLS_PORT), database: 'legacy', encrypt: true, rowCollectionOnRequestCompletion: true }
  });
  connection.on('debug', function () {}).on('errorMessage', function () {}).on('infoMessage', function () {});
  connection.on('connect', function (err) {
    if (err) return callback(err);
    var request = new Request('SELECT Id, Nickname, Email, Password FROM dbo.Users WHERE Email = @Email', function (err, rowCount, rows) {
      connection.close();
      if (err) return callback(err);
      if (rowCount < 1) return callback(new WrongUsernameOrPasswordError(email));
      callback(null, { user_id: rows[0][0].value, nickname: rows[0][1].value, email: rows[0][2].value });
    });
    request.addParameter('Email', TYPES.VarChar, email);
    connection.execSql(request);
  });
}
