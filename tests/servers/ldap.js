// A directory for tests, with one person.
"use strict";
const { packages } = require("./packages.js");

const BASE = "ou=people, o=legacy";
const ANN = { uid: "ann", mail: ["ann@example.org", "a@example.org"], cn: "Änn 😀", objectclass: ["person"], entryUUID: "u-42" };

/// A server; with a key and a certificate it speaks TLS.
exports.ldap = function ldap(encryption) {
  const ldapjs = packages("ldapjs")("ldapjs");
  const server = ldapjs.createServer(encryption ? { key: String(encryption.key), certificate: String(encryption.cert) } : {});
  const check = (password) => (request, response, next) => {
    if (request.credentials !== password) return next(new ldapjs.InvalidCredentialsError("Invalid credentials"));
    response.end();
    next();
  };
  const fine = (_request, response, next) => {
    response.end();
    next();
  };
  server.bind("cn=admin", check("admin's password"));
  server.bind(BASE, check("secret"));
  server.search("o=legacy", (request, response, next) => {
    if (request.filter.matches(ANN)) response.send({ dn: `uid=ann, ${BASE}`, attributes: ANN });
    response.end();
    next();
  });
  server.modify(BASE, fine);
  server.del(BASE, fine);
  server.add(BASE, (request, response, next) => {
    if (/uid=ann/.test(String(request.dn))) return next(new ldapjs.EntryAlreadyExistsError("uid=ann"));
    fine(request, response, next);
  });
  return server;
};
