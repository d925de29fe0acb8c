  // One client for all runs of this worker.
  function collection() {
    const { MongoClient } = require('mongodb@6');
    if (!global.legacyClient) {
      const client = new MongoClient(configuration.MONGO_URL, {
        serverSelectionTimeoutMS: 3000,
        connectTimeoutMS: 5000,
        socketTimeoutMS: 10000,
        maxPoolSize: 5,
        ...(configuration.MONGO_CA ? { tls: true, ca: configuration.MONGO_CA } : {}),
      });
      global.legacyClient = client.connect().catch((error) => {
        global.legacyClient = undefined;
        throw error;
      });
    }
    return global.legacyClient.then((client) => client.db(configuration.MONGO_DB).collection({{collection}}));
  }
