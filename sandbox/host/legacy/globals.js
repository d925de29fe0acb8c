// The globals of the old sandbox, which scripts use without `require`. Each loads when a script first touches it,
// and a script can put something else in its place.
import { EasyPbkdf2Of0 } from "trickle:host/easy-pbkdf2.js";
import { isLoading, scriptRequire } from "trickle:host/modules.js";
import { callableMongo } from "trickle:host/legacy/mongo.js";
import { callableMysql, mysqlPools } from "trickle:host/legacy/mysql.js";
import { connectOf } from "trickle:host/legacy/postgres.js";
import { ip } from "trickle:host/legacy/ip.js";
import { oldCrypto } from "trickle:host/legacy/crypto.js";
import { oldJwt } from "trickle:host/legacy/jwt.js";

const require = scriptRequire;

function sqlserver() {
  const { Connection, Request, TYPES } = require("tedious@1");
  return { connect: (config) => new Connection(config), Request, Types: TYPES };
}

/// A package that nobody has needed since; an operator can add it.
function rare(global, name) {
  return () => {
    try {
      return require(name);
    } catch (error) {
      if (error?.code !== "MODULE_NOT_FOUND") throw error;
      const message = `the global '${global}' of the old sandbox needs the package '${name}', which is not installed`;
      throw Object.assign(new ReferenceError(`${message}; see docs/how-to/add-a-package.md`), { code: error.code });
    }
  };
}

/// Versions are those whose interface the old sandbox had.
const GLOBALS = {
  _: () => require("lodash@2"),
  async: () => require("async@0"),
  Auth0: () => {
    throw new ReferenceError("the global 'Auth0' of the old sandbox is not here; use require('auth0')");
  },
  azure_storage: rare("azure_storage", "azure-storage"),
  bcrypt: () => require("bcrypt"),
  couchbase: rare("couchbase", "couchbase"),
  cql: rare("cql", "node-cassandra-cql"),
  crypto: oldCrypto,
  ip: () => ip,
  jwt: () => oldJwt(require("jsonwebtoken@8")),
  Knex: () => require("knex"),
  mongo: () => callableMongo(require("mongodb@3")),
  mysql: () => callableMysql(require("mysql")),
  mysql_pool: () => mysqlPools(require("mysql")),
  ObjectID: () => require("mongodb@3").ObjectID,
  pbkdf2: () => new EasyPbkdf2Of0(),
  pg: () => require("pg"),
  postgres: () => connectOf(require("pg")),
  Pubnub: rare("Pubnub", "pubnub"),
  q: () => require("q"),
  querystring: () => require("querystring"),
  request: () => require("request"),
  sqlserver,
  uuid: () => require("uuid@3"),
  xml2js: () => require("xml2js"),
  xmldom: () => require("xmldom"),
  xpath: () => require("xpath"),
  xtend: () => require("xtend/mutable"),
};

function define(name, make, before) {
  const put = (value) => {
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
    return value;
  };
  Object.defineProperty(globalThis, name, {
    // Packages look for names like `_` and `async` while they load, and must find what Node.js has.
    get: () => (isLoading() ? before : put(make())),
    set: put,
    enumerable: false,
    configurable: true,
  });
}

/// Defines them.
export function installLegacyGlobals() {
  for (const [name, make] of Object.entries(GLOBALS)) define(name, make, globalThis[name]);
}
