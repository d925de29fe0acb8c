// Two stores, one after the other.
function create(user, callback) {
  const { MongoClient } = require('mongodb@3.1.4');
  const bcrypt = require('bcrypt');
  const client = new MongoClient(configuration.MONGO_URL);
  client.connect(function (err) {
    if (err) return callback(err);
    const users = client.db('legacy').collection('users');
    users.findOne({ email: user.email }, function (err, existing) {
      if (err || existing) {
        client.close();
        return callback(err || new ValidationError('user_exists', 'The user exists.'));
      }
      bcrypt.hash(user.password, 10, function (err, hash) {
        if (err) { client.close(); return callback(err); }
        users.insert({ email: user.email, password: hash, createdAt: Date.now(), id: require('uuid').v4() }, function (err, inserted) {
          client.close();
          if (err) return callback(err);
          if (inserted.result.n > 0) {
            callback(null);
          } else {
            callback(new Error('nothing was inserted'));
          }
        });
      });
    });
  });
}
