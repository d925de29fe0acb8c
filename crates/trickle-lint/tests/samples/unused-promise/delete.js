async function remove(id, callback) {
  let client;
  try {
    const { MongoClient, ObjectId } = require('mongodb@6');
    client = await MongoClient.connect(configuration.MONGO_URL);
    const result = await client.db().collection('users').deleteOne({ _id: new ObjectId(id) });
    if (result.deletedCount === 0) console.log('nobody had the id');
    callback(null);
  } catch (error) {
    callback(error);
  } finally {
    if (client) await client.close();
  }
}
