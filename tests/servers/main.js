// Starts the servers on free ports of 127.0.0.1, prints the ports as one line of JSON, and ends when its input does.
// A line of input resets what they store, which `{}` confirms.
// The argument is `{"key","cert","ca"}`, texts in PEM form.
"use strict";
const net = require("node:net");
const { once } = require("node:events");
const cloud = require("./cloud.js");
const { cognito } = require("./cognito.js");
const http = require("./http.js");
const { ldap } = require("./ldap.js");
const { mongodb } = require("./mongodb.js");
const { smtp } = require("./smtp.js");
const { tds } = require("./tds.js");

const encryption = JSON.parse(process.argv[2]);
const users = { app: "app's password" };
const database = { users, database: "legacy" };

const SERVERS = {
  COGNITO: cognito(),
  COGNITO_ADMIN: cloud.cognito(),
  FIREBASE: cloud.firebase(),
  HTTP: http.clear(),
  HTTPS: http.encrypted(encryption),
  MUTUAL: http.encrypted(encryption, true),
  LDAP: ldap(),
  LDAPS: ldap(encryption),
  MONGODB: mongodb(users),
  MONGODB_TLS: mongodb(users, encryption),
  SMTP: smtp(),
  SILENT: net.createServer((socket) => socket.on("error", () => {})),
  TDS: tds(database),
  TDS_TLS: tds({ ...database, encryption }),
  TDS_ENCRYPTED_ONLY: tds({ ...database, encryption, encrypt: "required" }),
};

async function start() {
  const ports = {};
  for (const [name, server] of Object.entries(SERVERS)) {
    server.listen(0, "127.0.0.1");
    // ldapjs' server is no net.Server, and has one.
    const listening = server.server ?? server;
    if (!listening.listening) await once(listening, "listening");
    ports[`${name}_PORT`] = listening.address().port;
  }
  console.log(JSON.stringify(ports));
}

process.stdin.on("data", () => {
  for (const server of Object.values(SERVERS)) server.reset?.();
  console.log("{}");
});
process.stdin.on("end", () => process.exit(0));
start();
