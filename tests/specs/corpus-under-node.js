// Runs every script of a folder under Node.js, one after the other, with the sandbox's packages; what the sandbox serves
// itself and what the old sandbox had as globals is stood in for. The argument is
// `{"folder","modules","configuration","arguments":{ACTION:[…]}}`; prints `{"ACTION/NAME": {"value"} | {"error"} | {"nothing"}}`.
"use strict";
const { AsyncLocalStorage } = require("node:async_hooks");
const fs = require("node:fs");
const https = require("node:https");
const { builtinModules, createRequire } = require("node:module");
const path = require("node:path");
const { defineErrors, plain, scriptOf, told } = require("./stand-in.js");

const PATIENCE_MS = 10_000;
const REQUEST = /^((?:@[^/@]+\/)?[^/@.][^/@]*)(?:@([^/]+))?(\/.*)?$/;

const { fetch } = globalThis;
const task = JSON.parse(process.argv[2]);
const fromModules = createRequire(path.join(task.modules, "script.js"));

function majorOf(folder) {
  const file = path.join(task.modules, folder, "package.json");
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")).version.split(".")[0] : undefined;
}

/// A package by name and version; of one with native code its twin without.
function find(request) {
  if (builtinModules.includes(request) || request.startsWith("node:")) return fromModules(request);
  const [, asked, pin, file = ""] = REQUEST.exec(request);
  const name = asked === "bcrypt" ? "bcryptjs" : asked;
  const major = /\d+/.exec(pin ?? "")?.[0];
  const other = major !== undefined && majorOf(`${name}__${major}`) === major ? `${name}__${major}` : name;
  try {
    return fromModules(other + file);
  } catch (error) {
    const further = fs.readdirSync(task.modules).find((entry) => entry.startsWith(`${name}__`) && file);
    if (!further) throw error;
    return fromModules(further + file);
  }
}

function connect(pg) {
  return (config, callback) => {
    const pool = new pg.Pool(typeof config === "string" ? { connectionString: config } : config);
    pool.connect((error, client, done) => callback(error, client, (...args) => { done(...args); pool.end(); }));
  };
}

function scriptRequire(request) {
  const found = find(request);
  if (/^pg(?:@|$)/.test(request)) found.connect ??= connect(found);
  return found;
}
scriptRequire.resolve = (request) => fromModules.resolve(request);

function oldJwt() {
  const jsonwebtoken = find("jsonwebtoken@8");
  const sign = (payload, secret, { expiresInMinutes, ...options }) =>
    jsonwebtoken.sign(payload, secret, { expiresIn: expiresInMinutes * 60, ...options });
  return { ...jsonwebtoken, sign };
}

const GLOBALS = {
  jwt: oldJwt,
  mysql: () => Object.assign((options) => find("mysql").createConnection(options), find("mysql")),
  postgres: () => connect(find("pg")),
  request: () => find("request"),
};
for (const [name, make] of Object.entries(GLOBALS)) {
  Object.defineProperty(globalThis, name, { get: make, configurable: true });
}
defineErrors();
Object.assign(globalThis, { configuration: Object.freeze(task.configuration), require: scriptRequire });
for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = () => {};

const running = new AsyncLocalStorage();
let current;

/// What an earlier script throws after its answer is no error of the one that runs now.
function uncaught(error) {
  const owner = running.getStore() ?? current;
  if (owner === current) current.fail(error);
}
process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);

function run(action, file) {
  current = {};
  return running.run(current, () => attempt(current, action, file)).finally(() => {
    delete https.globalAgent.options.ca;
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    globalThis.fetch = fetch;
  });
}

function attempt(self, action, file) {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve({ nothing: true }), PATIENCE_MS);
    const end = (what) => {
      clearTimeout(late);
      resolve(what);
    };
    const fail = (error) => end({ error: told(error) });
    self.fail = fail;
    const callback = (error, value) => (error ? fail(error) : end({ value: plain(value) }));
    try {
      const script = scriptOf(fs.readFileSync(file, "utf8"), path.join(task.modules, `${action}.js`), scriptRequire);
      Promise.resolve(script.apply(null, [...task.arguments[action], callback])).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}

(async () => {
  const said = {};
  for (const action of fs.readdirSync(task.folder).filter((entry) => !entry.includes("."))) {
    for (const file of fs.readdirSync(path.join(task.folder, action)).sort()) {
      said[`${action}/${path.basename(file, ".js")}`] = await run(action, path.join(task.folder, action, file));
    }
  }
  process.stdout.write(JSON.stringify(said), () => process.exit(0));
})();
