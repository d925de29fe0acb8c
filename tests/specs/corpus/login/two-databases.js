async function login(email, password, callback) {
  const { MongoClient } = require('mongodb@4.1.0');
  const { Client } = require('pg');
  const pg = new Client({ connectionString: `postgres://${configuration.DB_USER}:${encodeURIComponent(configuration.DB_PASSWORD)}@127.0.0.1:${configuration.PG_PORT}/${configuration.PG_NAME}` });
  const mongo = new MongoClient(configuration.MONGODB);
  try {
    await Promise.all([pg.connect(), mongo.connect()]);
    const { rows } = await pg.query({ text: 'select id, email from users where email = $1', values: [email], rowMode: 'array' });
    const users = mongo.db('legacy').collection('beside');
    await users.insertOne({ email, roles: ['a'], created: new Date(0) });
    const user = await users.findOne({ email }, { projection: { _id: 0 } });
    callback(null, { user_id: rows[0][0], email: rows[0][1], other: user });
  } catch (err) {
    callback(err);
  } finally {
    await pg.end();
    await mongo.close();
  }
}
