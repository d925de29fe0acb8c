// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
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

  async function check() {
    const bcrypt = require('bcrypt');
    const user = await (await users()).findOne({ email: email.toLowerCase() });
    // Unknown users cost the same work, so that the time taken does not tell who exists.
    const hash = user ? user.password : '$2b$10$70vSUfZhOky9lGR0cPpMs.moh3dAQoJw1yHWO6wSesZGtmGNfIv62';
    const matches = await bcrypt.compare(password, hash);
    if (!user) throw new WrongUsernameOrPasswordError();
    if (!matches) throw new WrongUsernameOrPasswordError(email);
    return {
      user_id: `mongo|${user._id}`,
      email: user.email,
      email_verified: user.email_verified === true,
      nickname: user.nickname,
    };
  }

  check().then((profile) => callback(null, profile), callback);
}
