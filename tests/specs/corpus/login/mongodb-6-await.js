async function login(email, password, callback) {
  const { MongoClient, ObjectId } = require('mongodb@6.2.0');
  const client = new MongoClient(configuration.MONGODB);
  try {
    await client.connect();
    const users = client.db('legacy').collection('awaited');
    await users.insertMany([{ email, n: 1, at: new Date(0), id: new ObjectId('64b7f0f0f0f0f0f0f0f0f0f0') }, { email: 'b', n: 2 }]);
    const found = await users.find({ email: email.toUpperCase() }).collation({ locale: 'en', strength: 2 }).toArray();
    const updated = await users.updateOne({ email }, { $set: { n: 5 } });
    const count = await users.countDocuments({ n: { $gt: 1 } });
    const removed = await users.deleteMany({});
    const [{ _id, ...user }] = found;
    callback(null, { user_id: '1', ...user, modified: updated.modifiedCount, count, removed: removed.deletedCount });
  } finally {
    await client.close();
  }
}
