function login(email, password, callback) {
  const bcrypt = require('bcrypt');
  const MongoClient = require('mongodb@3.1.4').MongoClient;
  const client = new MongoClient(configuration.MONGODB);
  client.connect(function (err) {
    if (err) return callback(err);
    const users = client.db('legacy').collection('callbacks3');
    users.insertOne({ email: email, password: bcrypt.hashSync(password, 4), nickname: 'Änn' }, function (err) {
      if (err) { client.close(); return callback(err); }
      users.findOne({ email: email }, function (err, user) {
        if (err || !user) {
          client.close();
          return callback(err || new WrongUsernameOrPasswordError(email));
        }
        bcrypt.compare(password, user.password, function (err, isValid) {
          client.close();
          if (err || !isValid) return callback(err || new WrongUsernameOrPasswordError(email));
          return callback(null, { user_id: user._id.toString().length, nickname: user.nickname, email: user.email });
        });
      });
    });
  });
}
