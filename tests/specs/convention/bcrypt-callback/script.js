function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  bcrypt.hash(password, 4, function (error, hash) {
    if (error) return callback(error);
    bcrypt.compare(password, hash, function (error, same) {
      if (error) return callback(error);
      bcrypt.compare('other', hash, function (error, other) {
        callback(error, { user_id: hash, same, other, length: hash.length });
      });
    });
  });
}
