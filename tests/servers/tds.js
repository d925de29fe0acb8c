// A SQL Server for tests: TDS 7 (MS-TDS) with and without encryption, over one table of users.
"use strict";
const net = require("node:net");
const tls = require("node:tls");
const { Duplex } = require("node:stream");
const { SqlError, Table } = require("./tds-table.js");
const { COLLATION, Reader, TYPES, put, readType, readValue, utf16 } = require("./tds-values.js");

const [SQL_BATCH, RPC, REPLY, ATTENTION, LOGIN, PRELOGIN] = [1, 3, 4, 6, 16, 18];
const [ENCRYPT_ON, NOT_SUPPORTED, REQUIRED] = [1, 2, 3];
const PROCEDURES = { 10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 15: "sp_unprepare" };
const [DONE_ERROR, DONE_COUNT, DONE_ATTENTION] = [2, 0x10, 0x20];
const PACKET_BYTES = 4096;

const int = (number, bytes) => {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigUInt64LE(BigInt(number));
  else buffer.writeUIntLE(number, 0, bytes);
  return buffer;
};
const short = (text) => Buffer.concat([Buffer.from([text.length]), utf16(text)]);
const token = (kind, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([kind]), int(body.length, 2), body]);
};
const done = (status, count = 0, kind = 0xfd) => Buffer.concat([Buffer.from([kind]), int(status, 2), int(0xc1, 2), int(count, 8)]);
const said = (kind, { number, message, severity }) =>
  token(kind, int(number, 4), Buffer.from([1, severity]), int(message.length, 2), utf16(message), short("test"), short(""), int(1, 4));
const failed = (error) => Buffer.concat([said(0xaa, error), done(DONE_ERROR)]);

function resultOf({ columns, rows, count }, isProcedure) {
  const end = isProcedure ? 0xff : 0xfd;
  const status = isProcedure ? 1 : 0;
  if (!columns) return done(DONE_COUNT | status, count, end);
  const heads = columns.map(({ name, kind }) => Buffer.concat([int(0, 4), int(9, 2), TYPES[kind], short(name)]));
  const cells = rows.map((row) => Buffer.concat([Buffer.from([0xd1]), ...row.map((value, at) => put(columns[at].kind, value))]));
  return Buffer.concat([Buffer.from([0x81]), int(columns.length, 2), ...heads, ...cells, done(DONE_COUNT | status, rows.length, end)]);
}

/// One client.
class Session {
  #waiting = Buffer.alloc(0);
  #parts = [];
  #prepared = new Map();
  #secure;
  #inner;

  constructor(socket, { users, database, encrypt, encryption, table }) {
    Object.assign(this, { socket, users, database, encrypt, encryption, table, stage: PRELOGIN });
    socket.on("error", () => {});
    socket.on("data", (data) => (this.#secure && !this.#handshaking ? this.#inner.push(data) : this.#read(data)));
  }

  get #handshaking() {
    return this.stage === "handshake";
  }

  #read(data) {
    this.#waiting = Buffer.concat([this.#waiting, data]);
    while (this.#waiting.length >= 8 && this.#waiting.length >= this.#waiting.readUInt16BE(2)) {
      // After the last packet of the handshake the stream is TLS itself.
      if (this.#secure && !this.#handshaking && this.#waiting === data) break;
      const packet = this.#waiting.subarray(0, this.#waiting.readUInt16BE(2));
      this.#waiting = this.#waiting.subarray(packet.length);
      this.#parts.push(packet.subarray(8));
      if (packet[1] & 1) this.#message(packet[0], Buffer.concat(this.#parts.splice(0)));
    }
  }

  #message(kind, body) {
    if (this.#handshaking && kind === PRELOGIN) return this.#inner.push(body);
    try {
      if (kind === PRELOGIN) this.#prelogin(body);
      else if (kind === LOGIN) this.#login(body);
      else if (kind === ATTENTION) {
        clearTimeout(this.timer);
        this.#send(done(DONE_ATTENTION));
      } else if (kind === SQL_BATCH) this.#run(body.toString("utf16le", body.readUInt32LE()), {}, false);
      else if (kind === RPC) this.#call(new Reader(body, body.readUInt32LE()));
      else this.#send(failed(new SqlError(4002, "no such request")));
    } catch (error) {
      this.#send(failed(error instanceof SqlError ? error : new SqlError(50000, String(error.message))));
    }
  }

  #packets(kind, body) {
    const room = PACKET_BYTES - 8;
    const packets = [];
    for (let at = 0; at === 0 || at < body.length; at += room) {
      const part = body.subarray(at, at + room);
      const head = Buffer.from([kind, at + room >= body.length ? 1 : 0, 0, 0, 0, 0, packets.length + 1, 0]);
      head.writeUInt16BE(part.length + 8, 2);
      packets.push(head, part);
    }
    return Buffer.concat(packets);
  }

  #send(body, kind = REPLY) {
    const packets = this.#packets(kind, body);
    if (this.#secure) this.#secure.write(packets);
    else this.socket.write(packets);
  }

  #prelogin(body) {
    let [at, wish] = [0, NOT_SUPPORTED];
    for (; body[at] !== 0xff; at += 5) if (body[at] === 1) wish = body[body.readUInt16BE(at + 1)];
    const answer = !this.encryption || wish === NOT_SUPPORTED ? (this.encrypt === "required" ? REQUIRED : NOT_SUPPORTED) : ENCRYPT_ON;
    const options = [[0, Buffer.from([15, 0, 16, 206, 0, 0])], [1, Buffer.from([answer])], [2, Buffer.alloc(1)]];
    let offset = options.length * 5 + 1;
    const heads = options.map(([option, data]) => {
      const head = Buffer.from([option, 0, 0, 0, 0]);
      head.writeUInt16BE(offset, 1);
      head.writeUInt16BE(data.length, 3);
      offset += data.length;
      return head;
    });
    this.#send(Buffer.concat([...heads, Buffer.from([0xff]), ...options.map(([, data]) => data)]));
    if (answer === ENCRYPT_ON) this.#startTls();
  }

  /// The handshake travels inside of packets, what comes after it does not.
  #startTls() {
    this.stage = "handshake";
    const session = this;
    this.#inner = new Duplex({
      read() {},
      write(data, _encoding, next) {
        session.socket.write(session.#handshaking ? session.#packets(PRELOGIN, data) : data, next);
      },
    });
    // TLS 1.3 would send tickets after the handshake, when the client takes packets no more.
    this.#secure = new tls.TLSSocket(this.#inner, { ...this.encryption, isServer: true, maxVersion: "TLSv1.2" });
    this.#secure.on("error", () => this.socket.destroy());
    this.#secure.once("secure", () => setImmediate(() => { this.stage = LOGIN; }));
    this.#secure.on("data", (data) => this.#read(data));
  }

  #login(body) {
    const field = (at) => {
      const [offset, length] = [body.readUInt16LE(at), body.readUInt16LE(at + 2)];
      return Buffer.from(body.subarray(offset, offset + 2 * length));
    };
    const user = field(40).toString("utf16le");
    const password = field(44).map((byte) => (((byte ^ 0xa5) << 4) & 0xf0) | ((byte ^ 0xa5) >> 4)).toString("utf16le");
    const database = field(68).toString("utf16le") || this.database;
    const refused = { number: 18456, message: `Login failed for user '${user}'.`, severity: 14 };
    if (this.users[user] !== password) return this.#end(failed(refused));
    if (database !== this.database && database !== "master") {
      const message = `Cannot open database "${database}" requested by the login. The login failed.`;
      return this.#end(Buffer.concat([said(0xaa, { number: 4060, message, severity: 11 }), failed(refused)]));
    }
    this.#send(Buffer.concat([
      token(0xe3, Buffer.from([1]), short(database), short("master")),
      token(0xe3, Buffer.from([7, 5]), COLLATION, Buffer.alloc(1)),
      token(0xad, Buffer.from([1, 0x74, 0, 0, 4]), short("Microsoft SQL Server"), Buffer.from([15, 0, 16, 206])),
      token(0xe3, Buffer.from([4]), short(String(PACKET_BYTES)), short(String(PACKET_BYTES))),
      done(0),
    ]));
  }

  /// The last words and the end arrive together, as those of the product do.
  #end(body) {
    this.#send(body);
    if (this.#secure) this.#secure.end();
    this.socket.end();
  }

  #run(sql, parameters, isProcedure, more = Buffer.alloc(0)) {
    if (/KILL @@SPID/i.test(sql)) return this.socket.destroy();
    const result = this.table.run(sql, parameters);
    const end = isProcedure ? Buffer.concat([Buffer.from([0x79]), int(0, 4), more, done(0, 0, 0xfe)]) : Buffer.alloc(0);
    const answer = Buffer.concat([resultOf(result, isProcedure), end]);
    if (result.wait) this.timer = setTimeout(() => this.#send(answer), result.wait);
    else this.#send(answer);
  }

  #call(reader) {
    const length = reader.u16();
    const name = length === 0xffff ? PROCEDURES[reader.u16()] : reader.text(length);
    reader.u16();
    const parameters = [];
    while (!reader.ends) {
      const parameter = { name: reader.text(reader.u8()).replace(/^@/, "").toLowerCase(), status: reader.u8() };
      parameters.push({ ...parameter, ...readValue(readType(reader), reader) });
    }
    const byName = (list) => Object.fromEntries(list.map((parameter) => [parameter.name, parameter]));
    if (name === "sp_executesql") return this.#run(parameters[0].value, byName(parameters.slice(2)), true);
    if (name === "sp_prepare") {
      const handle = this.#prepared.size + 1;
      this.#prepared.set(handle, parameters[2].value);
      const returned = Buffer.concat([Buffer.from([0xac]), int(0, 2), short("@handle"), Buffer.from([1]), Buffer.alloc(6), TYPES.int, put("int", handle)]);
      return this.#send(Buffer.concat([Buffer.from([0x79]), int(0, 4), returned, done(0, 0, 0xfe)]));
    }
    if (name === "sp_execute") return this.#run(this.#prepared.get(Number(parameters[0].value)), byName(parameters.slice(1)), true);
    if (name === "sp_unprepare") return this.#send(Buffer.concat([Buffer.from([0x79]), int(0, 4), done(0, 0, 0xfe)]));
    throw new SqlError(2812, `Could not find stored procedure '${name}'.`);
  }
}

/// A server for users as `{ name: password }`. With `encryption`, a key and a certificate, it speaks TLS to clients that ask
/// for it; without, it says that it cannot; `encrypt: "required"` refuses plain text.
exports.tds = function tds(settings) {
  const table = new Table();
  const server = net.createServer((socket) => new Session(socket, { ...settings, table }));
  return Object.assign(server, { reset: () => table.reset() });
};
