function login(email, password, callback) {
  const { MongoClient } = require('mongodb@6.2.0');
  const client = new MongoClient('mongodb://127.0.0.1:' + configuration.CLOSED_PORT, { serverSelectionTimeoutMS: 2000 });
  client.connect(function (err) { callback(err, { user_id: '1' }); });
}
