async function login(email, password, callback) {
  const { MongoClient } = require('mongodb@5.1.0');
  const client = new MongoClient(configuration.MONGODB.replace('app:', 'other:'), { serverSelectionTimeoutMS: 2000 });
  await client.connect();
  callback(null, { user_id: '1' });
}
