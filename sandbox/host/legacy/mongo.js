// `mongo(url, (db) => …)` of the old sandbox, with the types of values beside it.

const TYPES = ["Long", "Double", "ObjectID", "Timestamp", "Binary", "Code", "DBRef", "MinKey", "MaxKey"];
const SELECTION_MS = 10_000;

/// A function that gives the database of an address; its connections live as long as the worker.
export function callableMongo(mongodb) {
  const databases = new Map();

  function databaseAt(url) {
    if (!databases.has(url)) {
      const patience = /[?&]serverSelectionTimeoutMS=/i.test(url) ? {} : { serverSelectionTimeoutMS: SELECTION_MS };
      const options = { useNewUrlParser: true, useUnifiedTopology: true, ...patience };
      const database = mongodb.MongoClient.connect(url, options).then((client) => {
        const db = client.db();
        db.close = (...args) => {
          databases.delete(url);
          return client.close(...args.filter((arg) => typeof arg === "function"));
        };
        return db;
      });
      // The next call tries again.
      database.catch(() => databases.delete(url));
      databases.set(url, database);
    }
    return databases.get(url);
  }

  /// A callback with one parameter gets the database only; what goes wrong is then an uncaught error.
  function mongo(url, callback) {
    const takesError = callback.length > 1;
    databaseAt(url).then(
      (db) => setImmediate(() => (takesError ? callback(null, db) : callback(db))),
      (error) =>
        setImmediate(() => {
          if (!takesError) throw error;
          callback(error);
        }),
    );
  }
  for (const name of TYPES) mongo[name] = mongodb[name];
  mongo.BSON = mongodb.BSON ?? mongodb.BSONPure;
  return mongo;
}
