async function create(user, callback) {
  const { MongoClient } = require('mongodb');
  const client = await MongoClient.connect(configuration.MONGODB);
  const users = client.db('legacy').collection('unique');
  await users.createIndex({ email: 1 }, { unique: true });
  try {
    await users.insertOne({ email: user.email });
    await users.insertOne({ email: user.email });
    callback(null);
  } catch (err) {
    callback(err.code === 11000 ? new ValidationError('user_exists', err.name) : err);
  } finally {
    client.close();
  }
}
