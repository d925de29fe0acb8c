function getByEmail(email, callback) {
  const { MongoClient } = require('mongodb@3.1.4');
  const client = new MongoClient(configuration.MONGODB);
  client.connect(function (err) {
    if (err) return callback(err);
    const users = client.db('legacy').collection('collated');
    users.insertOne({ _id: 7, email: email }, () => users.find({ email: email }).collation({ locale: 'en', strength: 2 }).toArray(function (err, found) {
      client.close();
      if (err) return callback(err);
      if (found.length === 0) return callback(null);
      return callback(null, { user_id: found[0]._id.toString(), email: found[0].email, count: found.length });
    }));
  });
}
