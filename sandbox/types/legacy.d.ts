// Globals of the old sandbox, for scripts that use packages without `require`. New scripts require what they use.
// `crypto` and `querystring` are Node's own modules.

/** @deprecated `require("request")` */
declare const request: any;
/** @deprecated `require("bcrypt")` */
declare const bcrypt: any;
/** `mysql(options)` makes a connection. @deprecated `require("mysql").createConnection(options)` */
declare const mysql: any;
/** One pool for equal options. @deprecated `require("mysql").createPool(options)` */
declare const mysql_pool: (options: string | object) => any;
/** @deprecated `require("pg")` */
declare const postgres: (
  config: string | object,
  callback: (error: Error | null, client: any, done: (error?: unknown) => void) => void,
) => void;
/** @deprecated `require("pg")` */
declare const pg: any;
/** `mongo(url, (db) => …)`. @deprecated `require("mongodb")` */
declare const mongo: any;
/** @deprecated `require("mongodb").ObjectId` */
declare const ObjectID: any;
/** @deprecated `require("tedious")` */
declare const sqlserver: { connect(config: object): any; Request: any; Types: any };
/** jsonwebtoken, whose `sign` knows `expiresInMinutes`. @deprecated `require("jsonwebtoken")` */
declare const jwt: any;
/** lodash 2. @deprecated `require("lodash")` */
declare const _: any;
/** async 0.9. @deprecated `require("async")` */
declare const async: any;
/** @deprecated promises are part of the language */
declare const q: any;
/** @deprecated `require("uuid")` */
declare const uuid: any;
/** @deprecated `require("knex")` */
declare const Knex: any;
/** easy-pbkdf2 0. @deprecated `require("crypto").pbkdf2` */
declare const pbkdf2: any;
/** `ip(address).in_range(ranges)`. @deprecated */
declare const ip: (address: string) => { in_range(ranges: string | string[]): boolean };
/** @deprecated `require("xml2js")` */
declare const xml2js: any;
/** @deprecated `require("xmldom")` */
declare const xmldom: any;
/** @deprecated `require("xpath")` */
declare const xpath: any;
/** @deprecated `Object.assign` */
declare const xtend: any;
