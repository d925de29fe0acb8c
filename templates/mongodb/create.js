// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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

  async function add() {
    const bcrypt = require('bcrypt');
    const email = user.email.toLowerCase();
    await (await users()).insertOne({
      email,
      email_verified: false,
      nickname: user.nickname || email.split('@')[0],
      password: await bcrypt.hash(user.password, 10),
    });
  }

  // 11000: the unique index on the address says that there is one already.
  add().then(
    () => callback(null),
    (error) => callback(error.code === 11000 ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
