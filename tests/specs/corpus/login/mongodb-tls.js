async function login(email, password, callback) {
  const { MongoClient } = require('mongodb@4.17');
  const attempt = async (options) => {
    const client = new MongoClient(configuration.MONGODB_TLS, { serverSelectionTimeoutMS: 3000, ...options });
    try {
      await client.connect();
      return await client.db('legacy').collection('encrypted').countDocuments({ email });
    } catch (error) {
      return [error.name, error.message];
    } finally {
      await client.close();
    }
  };
  callback(null, {
    user_id: '1', email,
    known: await attempt({ ca: configuration.CA }),
    unknown: await attempt({}),
    unchecked: await attempt({ tlsAllowInvalidCertificates: true })
  });
}
