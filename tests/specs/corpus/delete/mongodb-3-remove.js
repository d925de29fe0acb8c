function remove(id, callback) {
  const { MongoClient } = require('mongodb@3.1.4');
  MongoClient.connect(configuration.MONGODB, function (err, client) {
    if (err) return callback(err);
    client.db('legacy').collection('users').remove({ _id: id }, function (err) {
      client.close();
      if (err) return callback(err);
      callback(null);
    });
  });
}
