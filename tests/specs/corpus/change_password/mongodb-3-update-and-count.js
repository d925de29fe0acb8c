function changePassword(email, newPassword, callback) {
  const { MongoClient } = require('mongodb@3.1.4');
  const client = new MongoClient(configuration.MONGODB);
  client.connect(function (err) {
    if (err) return callback(err);
    const users = client.db('legacy').collection('changed');
    users.insert({ email: email }, function () {
      users.update({ email: email }, { $set: { password: newPassword } }, function (err, count) {
        client.close();
        if (err) return callback(err);
        callback(null, count > 0 || count.result.n > 0);
      });
    });
  });
}
