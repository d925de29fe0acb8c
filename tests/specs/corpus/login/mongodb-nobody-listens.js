async function login(email, password, callback) {
  const { MongoClient } = require('mongodb');
  const client = new MongoClient('mongodb://127.0.0.1:' + configuration.CLOSED_PORT, { serverSelectionTimeoutMS: 2000 });
  try {
    await client.connect();
  } catch (err) {
    callback(err);
  }
}
