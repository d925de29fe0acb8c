// What collections there are and which fields their documents have, or documents of one; which of the two is in `configuration`.
function inspect(_email, callback) {
  const { MongoClient } = require('mongodb@6');
  const MOST = { collections: 100, documents: 50, depth: 3, items: 3 };

  // A document has no schema, so that the fields of some stand for all.
  function addFields(document, prefix, depth, found) {
    for (const [name, value] of Object.entries(document)) addField(value, `${prefix}${name}`, depth, found);
  }

  function addField(value, path, depth, found) {
    if (Array.isArray(value)) value.slice(0, MOST.items).forEach((item) => addField(item, `${path}[]`, depth, found));
    else if (value?.constructor !== Object) found.set(path, value?._bsontype ?? typeof value);
    else if (depth < MOST.depth) addFields(value, `${path}.`, depth + 1, found);
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

  function textAt(document, path) {
    const parts = path.replace(/\[\]/g, '.0').split('.');
    const value = parts.reduce((inner, name) => inner?.[name], document);
    if (value === undefined || value === null) return null;
    return value._bsontype === 'Binary' ? `\\x${value.toString('hex')}` : String(value);
  }

  // Stores that speak the protocol alone lack some of what MongoDB can do.
  const unlessUnknown = (instead) => (error) => {
    if (error.name !== 'MongoServerError') throw error;
    return instead;
  };

  // Whether an address that is stored with capitals is found without them; null where none is stored so.
  async function collates(collection, sample, rows) {
    const address = rows.map((row) => row[sample.email]).find((text) => text && text !== text.toLowerCase());
    if (!address) return null;
    const filter = { [sample.email.replace(/\[\]/g, '')]: address.toLowerCase() };
    const options = { limit: 1, collation: { locale: 'en', strength: 2 }, maxTimeMS: 4000 };
    // 50: it takes long without an index, and is known.
    const found = await collection.find(filter, options).toArray()
      .catch((error) => (error.code === 50 ? [filter] : unlessUnknown([])(error)));
    return found.length > 0;
  }

  // The oldest and the newest, as forms of hashes change with time, and some of all.
  async function rows(database) {
    const sample = JSON.parse(configuration.SAMPLE);
    const collection = database.collection(sample.table[1]);
    const filter = { [sample.hash]: { $ne: null } };
    const ends = (order) => collection.find(filter, { limit: MOST.documents / 2, sort: { _id: order } }).toArray();
    const some = await collection.aggregate([{ $match: filter }, { $sample: { size: 100 } }]).toArray().catch(unlessUnknown([]));
    const found = [await ends(1), await ends(-1), some].flat().map((document) => (
      Object.fromEntries(sample.columns.map(({ name }) => [name, textAt(document, name)]))
    ));
    // A list has several addresses in one document.
    const path = `$${sample.email}`;
    const twins = !sample.email || sample.email.includes('[]') ? null : await collection.aggregate([
      { $match: { [sample.email]: { $type: 'string', $gt: '' } } },
      { $group: { _id: { $toLower: path }, rows: { $sum: 1 } } },
      { $match: { rows: { $gt: 1 } } },
      { $count: 'twins' },
    ], { maxTimeMS: 4000, allowDiskUse: true }).toArray().catch(() => null);
    return {
      rows: [...new Map(found.map((row) => [row[sample.id], row])).values()],
      collates: sample.email ? await collates(collection, sample, found) : null,
      twins: twins && (twins[0]?.twins ?? 0),
    };
  }

  async function work() {
    const client = new MongoClient(configuration.MONGO_URL, {
      serverSelectionTimeoutMS: 10000,
      connectTimeoutMS: 10000,
      ...(configuration.MONGO_CA ? { tls: true, ca: configuration.MONGO_CA } : {}),
    });
    try {
      const database = (await client.connect()).db(configuration.MONGO_DB);
      return await (configuration.SAMPLE ? rows(database) : columns(database));
    } finally {
      await client.close();
    }
  }

  work().then((found) => callback(null, found), callback);
}
