function verify(email, callback) {
  const mongo = require('mongodb@3.1.4');
  mongo.MongoClient.connect(configuration.MONGODB, { useNewUrlParser: true }, function (err, client) {
    if (err) return callback(err);
    const users = client.db('legacy').collection('unverified');
    users.insert({ email: email, email_verified: false }, () => users.update({ email: email, email_verified: false }, { $set: { email_verified: true } }, function (err, count) {
      client.close();
      if (err) return callback(err);
      callback(null, count.result.n > 0);
    }));
  });
}
