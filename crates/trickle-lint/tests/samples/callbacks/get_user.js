function getByEmail(email, callback) {
  var mysql = require('mysql');
  var connection = mysql.createConnection({ host: configuration.HOST, user: configuration.USER, password: configuration.PASSWORD });
  connection.connect(function (err) {
    if (err) return callback(err);
  });
  connection.query('select id, email, nickname from users where email = ?', [email], function (err, rows) {
    connection.end();
    if (err) return callback(err);
    if (rows.length === 0) return callback();
    callback(null, { user_id: rows[0].id.toString(), email: rows[0].email, nickname: rows[0].nickname });
  });
}
