// Adds the documents on standard input, extended JSON, to a collection: `node mongodb-fill.js URL DATABASE COLLECTION`.
"use strict";
const { packages } = require("./packages.js");

const require6 = packages("mongodb__6");
const { EJSON } = require6("bson");
const { MongoClient } = require6("mongodb__6");

async function fill(url, database, collection) {
  let text = "";
  for await (const part of process.stdin) text += part;
  const client = await new MongoClient(url).connect();
  const documents = client.db(database).collection(collection);
  await documents.createIndex({ email: 1 }, { unique: true });
  await documents.insertMany(EJSON.parse(text, { relaxed: false }));
  await client.close();
}

fill(...process.argv.slice(2));
