// A MongoDB server for tests: the wire protocol and the commands that drivers of every major version send for logins,
// over collections in memory. It asks for SCRAM before anything else.
"use strict";
const net = require("node:net");
const tls = require("node:tls");
const { packages } = require("./packages.js");
const { authentication } = require("./mongodb-scram.js");
const { Collections } = require("./mongodb-collections.js");

// The driver's own; every version reads what it writes.
const { BSON, ObjectId, Long } = packages("mongodb__6")("bson");

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;
const WIRE_MAX = 17;
const OPEN_COMMANDS = new Set(["hello", "ismaster", "isMaster", "saslStart", "saslContinue", "ping", "buildInfo", "endSessions"]);

class Refusal extends Error {
  constructor(code, codeName, message, more) {
    super(message);
    this.answer = { ok: 0, errmsg: message, code, codeName, ...more };
  }
}

const read = (bytes) => BSON.deserialize(bytes, { promoteBuffers: true, promoteLongs: true });

/// The command of a message, with the lists that came in sections of their own.
function command(body, at) {
  const document = {};
  let place = at;
  while (place < body.length) {
    const kind = body[place];
    const length = body.readInt32LE(place + 1);
    const section = body.subarray(place + 1, place + 1 + length);
    if (kind === 0) Object.assign(document, read(section));
    else {
      const end = section.indexOf(0, 4);
      const items = [];
      for (let item = end + 1; item < length; item += section.readInt32LE(item)) {
        items.push(read(section.subarray(item, item + section.readInt32LE(item))));
      }
      document[section.toString("utf8", 4, end)] = items;
    }
    place += 1 + length;
  }
  return document;
}

function reply(request, operation, prefix, document) {
  const body = BSON.serialize(document);
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + prefix.length + body.length, 0);
  head.writeInt32LE(request.readInt32LE(4), 8);
  head.writeInt32LE(operation, 12);
  return Buffer.concat([head, prefix, body]);
}

function answerMessage(request, answer) {
  const flags = request.readInt32LE(16);
  const document = answer(command(request, 20));
  return flags & MORE_TO_COME ? undefined : reply(request, OP_MSG, Buffer.alloc(5), document);
}

function answerQuery(request, answer) {
  const name = request.indexOf(0, 20);
  const at = name + 9;
  const query = read(request.subarray(at, at + request.readInt32LE(at)));
  const database = request.toString("utf8", 20, name).split(".")[0];
  const prefix = Buffer.alloc(20);
  prefix.writeInt32LE(1, 16);
  return reply(request, OP_REPLY, prefix, answer({ ...(query.$query ?? query), $db: database }));
}

function hello(asked) {
  return {
    ok: 1, ismaster: true, isWritablePrimary: true, helloOk: true, minWireVersion: 0, maxWireVersion: WIRE_MAX,
    maxBsonObjectSize: 16 << 20, maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000, localTime: new Date(),
    logicalSessionTimeoutMinutes: 30, connectionId: 1, readOnly: false,
    ...(asked.saslSupportedMechs ? { saslSupportedMechs: ["SCRAM-SHA-1", "SCRAM-SHA-256"] } : {}),
  };
}

function serve(socket, collections, users) {
  const scram = authentication(users, Refusal);
  let allowed = false;
  const answer = (asked) => {
    const [name] = Object.keys(asked);
    try {
      if (!allowed && !OPEN_COMMANDS.has(name)) {
        throw new Refusal(13, "Unauthorized", `command ${name} requires authentication`);
      }
      if (/^(?:hello|is[mM]aster)$/.test(name)) return hello(asked);
      if (name === "buildInfo") return { ok: 1, version: "6.0.0" };
      if (name === "saslStart" || name === "saslContinue") {
        const step = scram[name](asked);
        allowed ||= step.done;
        return step;
      }
      return collections.run(name, asked);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      return { ok: 0, errmsg: error.message, code: 8, codeName: "UnknownError" };
    }
  };
  let waiting = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 16 && waiting.length >= waiting.readInt32LE(0)) {
      const request = waiting.subarray(0, waiting.readInt32LE(0));
      waiting = waiting.subarray(request.length);
      const operation = request.readInt32LE(12);
      if (operation !== OP_MSG && operation !== OP_QUERY) return socket.destroy();
      const said = operation === OP_MSG ? answerMessage(request, answer) : answerQuery(request, answer);
      if (said) socket.write(said);
    }
  });
}

/// A server for users as `{ name: password }`; with a key and a certificate it speaks TLS.
exports.mongodb = function mongodb(users, encryption) {
  const collections = new Collections({ Refusal, ObjectId, Long, BSON });
  const each = (socket) => serve(socket, collections, users);
  const server = encryption ? tls.createServer(encryption, each) : net.createServer(each);
  return Object.assign(server, { reset: () => collections.clear() });
};
