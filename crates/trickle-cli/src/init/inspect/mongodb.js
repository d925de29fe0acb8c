// What collections there are and which fields their documents have, or samples of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { MongoClient } = require('mongodb@6');
  const MOST = { collections: 100, documents: 50, depth: 3 };

  // A document has no schema, so that the fields of some stand for all. A list is passed over.
  function addFields(document, prefix, depth, found) {
    for (const [name, value] of Object.entries(document)) {
      if (value?.constructor === Object && depth < MOST.depth) addFields(value, `${prefix}${name}.`, depth + 1, found);
      else if (!Array.isArray(value)) found.set(`${prefix}${name}`, value?._bsontype ?? typeof value);
    }
  }

  async function columns(database) {
    const collections = await database.listCollections({}, { nameOnly: true }).toArray();
    const names = collections.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
    const all = [];
    for (const table of names.slice(0, MOST.collections)) {
      const found = new Map();
      const documents = await database.collection(table).find({}, { limit: MOST.documents }).toArray();
      for (const document of documents) addFields(document, '', 1, found);
      for (const [name, type] of found) all.push({ schema: configuration.MONGO_DB, table, name, type, key: name === '_id' });
    }
    return all;
  }

  const textAt = (document, path) => {
    const value = path.split('.').reduce((inner, name) => inner?.[name], document);
    return value === undefined || value === null ? null : String(value);
  };

  // The oldest and the newest: forms of hashes change with time. A collection with few documents has some at both ends.
  function merged(id, ...ends) {
    return [...new Map(ends.flat().map((row) => [String(row[id]), row])).values()];
  }

  async function samples(database) {
    const { table: [, collection], columns: names, hash } = JSON.parse(configuration.SAMPLE);
    const documents = (order) => database.collection(collection)
      .find({ [hash]: { $gt: '' } }, { limit: MOST.documents / 2, sort: { _id: order } })
      .toArray();
    return merged('_id', await documents(1), await documents(-1)).map((document) => Object.fromEntries(names.map((name) => [name, textAt(document, name)])));
  }

  async function work() {
    const client = new MongoClient(configuration.MONGO_URL, { serverSelectionTimeoutMS: 10000, connectTimeoutMS: 10000 });
    try {
      const database = (await client.connect()).db(configuration.MONGO_DB);
      return await (configuration.SAMPLE ? samples(database) : columns(database));
    } finally {
      await client.close();
    }
  }

  work().then((found) => callback(null, found), callback);
}
