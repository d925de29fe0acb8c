// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
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

  async function find() {
    const user = await (await users()).findOne({ email: email.toLowerCase() }, { projection: { password: 0 } });
    return user && {
      user_id: `mongo|${user._id}`,
      email: user.email,
      email_verified: user.email_verified === true,
      nickname: user.nickname,
    };
  }

  find().then((profile) => callback(null, profile), callback);
}
