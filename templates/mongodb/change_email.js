// Sets a new address and whether it is verified; false for an unknown user.
/** @type {ChangeEmailScript} */
function changeEmail(email, newEmail, verified, callback) {
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
    const result = await (await users()).updateOne(
      { email: email.toLowerCase() },
      { $set: { email: newEmail.toLowerCase(), email_verified: Boolean(verified) } },
    );
    return result.matchedCount > 0;
  }

  // 11000: the unique index on the address says that there is one already.
  update().then(
    (found) => callback(null, found),
    (error) => callback(error.code === 11000 ? new ValidationError('user_exists', 'The address is taken.') : error),
  );
}
