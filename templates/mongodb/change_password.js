// Sets a new password; false for an unknown user.
/** @type {ChangePasswordScript} */
function changePassword(email, newPassword, callback) {
  // One client for all runs of this worker.
  function users() {
    const { MongoClient } = require('mongodb@6');
    if (!global.legacyClient) {
      const client = new MongoClient(configuration.MONGO_URL, {
        serverSelectionTimeoutMS: 3000,
        connectTimeoutMS: 5000,
        socketTimeoutMS: 10000,
        maxPoolSize: 5,
      });
      global.legacyClient = client.connect().catch((error) => {
        global.legacyClient = undefined;
        throw error;
      });
    }
    return global.legacyClient.then((client) => client.db(configuration.MONGO_DB).collection('users'));
  }

  async function update() {
    const bcrypt = require('bcrypt');
    const password = await bcrypt.hash(newPassword, 10);
    const result = await (await users()).updateOne({ email: email.toLowerCase() }, { $set: { password } });
    return result.matchedCount > 0;
  }

  update().then((found) => callback(null, found), callback);
}
