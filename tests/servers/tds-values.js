// Values of the TDS protocol (MS-TDS 2.2.5.4 to 2.2.5.6): those that drivers send as parameters, and columns that they read.
"use strict";

const MAX = 0xffff;
const COLLATION = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);
const DAY_MS = 86_400_000;
const EPOCH_1900 = Date.UTC(1900, 0, 1);
const EPOCH_1 = new Date(Date.UTC(2000, 0, 1)).setUTCFullYear(1);

const utf16 = (text) => Buffer.from(text, "utf16le");

/// Reads numbers and texts one after the other.
class Reader {
  constructor(bytes, at = 0) {
    Object.assign(this, { bytes, at });
  }

  get ends() {
    return this.at >= this.bytes.length;
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u8 = () => this.take(1)[0];
  u16 = () => this.take(2).readUInt16LE();
  u32 = () => this.take(4).readUInt32LE();
  text = (characters) => this.take(2 * characters).toString("utf16le");
}

function readType(reader) {
  const type = reader.u8();
  const info = { type };
  if ([0x24, 0x26, 0x68, 0x6d, 0x6e, 0x6f].includes(type)) info.size = reader.u8();
  else if (type === 0x6a || type === 0x6c) [info.size, info.precision, info.scale] = reader.take(3);
  else if ([0x29, 0x2a, 0x2b].includes(type)) info.scale = reader.u8();
  else if ([0xe7, 0xef, 0xa7, 0xaf].includes(type)) [info.size] = [reader.u16(), reader.take(5)];
  else if (type === 0xa5 || type === 0xad) info.size = reader.u16();
  else if (type === 0x63 || type === 0x23) [info.size] = [reader.u32(), reader.take(5)];
  else if (![0x1f, 0x28, 0x30, 0x32, 0x34, 0x38, 0x7f].includes(type)) throw new Error(`no type 0x${type.toString(16)}`);
  return info;
}

function chunks(reader) {
  if (reader.take(8).readBigUInt64LE() === 0xffffffffffffffffn) return null;
  const parts = [];
  for (let length = reader.u32(); length > 0; length = reader.u32()) parts.push(reader.take(length));
  return Buffer.concat(parts);
}

function bytesOf({ type, size }, reader) {
  if ([0x30, 0x32].includes(type)) return reader.take(1);
  if (type === 0x34) return reader.take(2);
  if (type === 0x38) return reader.take(4);
  if (type === 0x7f) return reader.take(8);
  if ([0xe7, 0xa7, 0xa5].includes(type) && size === MAX) return chunks(reader);
  if ([0xe7, 0xef, 0xa7, 0xaf, 0xa5, 0xad].includes(type)) {
    const length = reader.u16();
    return length === MAX ? null : reader.take(length);
  }
  if (type === 0x63 || type === 0x23) {
    const length = reader.u32();
    return length === 0xffffffff ? null : reader.take(length);
  }
  const length = type === 0x1f ? 0 : reader.u8();
  return length === 0 ? null : reader.take(length);
}

function whole(bytes) {
  return bytes.length === 1 ? bytes[0] : bytes.length === 8 ? bytes.readBigInt64LE() : bytes.readIntLE(0, bytes.length);
}

function guid(bytes) {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => hex[at]).join("");
  return order.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-").toUpperCase();
}

function time(bytes, { type, scale }) {
  if (type === 0x6f && bytes.length === 8) {
    return new Date(EPOCH_1900 + bytes.readInt32LE() * DAY_MS + Math.round((bytes.readUInt32LE(4) * 10) / 3));
  }
  if (type === 0x6f) return new Date(EPOCH_1900 + bytes.readUInt16LE() * DAY_MS + bytes.readUInt16LE(2) * 60_000);
  const clock = type === 0x28 ? 0 : scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
  const ms = clock ? (bytes.readUIntLE(0, clock) * 1000) / 10 ** scale : 0;
  return new Date(EPOCH_1 + bytes.readUIntLE(clock, 3) * DAY_MS + Math.floor(ms));
}

/// `{ value, kind }`: the kind is that of the column that shows the value.
function readValue(info, reader) {
  const bytes = bytesOf(info, reader);
  const kinds = { 0x68: "bit", 0x32: "bit", 0x24: "guid", 0x6d: "float", 0x6a: "decimal", 0x6c: "decimal", 0xa5: "binary", 0xad: "binary" };
  const isTime = [0x6f, 0x28, 0x2a, 0x2b].includes(info.type);
  const isWhole = [0x26, 0x30, 0x34, 0x38, 0x7f].includes(info.type);
  const kind = kinds[info.type] ?? (isTime ? "datetime" : isWhole ? (info.size === 8 ? "bigint" : "int") : "text");
  if (bytes === null) return { value: null, kind, info };
  switch (kind) {
    case "bit": return { value: bytes[0] !== 0, kind };
    case "guid": return { value: guid(bytes), kind };
    case "float": return { value: bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE(), kind };
    case "decimal": {
      const digits = [...bytes.subarray(1)].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
      return { value: (Number(digits) / 10 ** info.scale) * (bytes[0] ? 1 : -1), kind };
    }
    case "binary": return { value: Buffer.from(bytes), kind };
    case "datetime": return { value: time(bytes, info), kind };
    case "text": return { value: bytes.toString([0xe7, 0xef, 0x63].includes(info.type) ? "utf16le" : "latin1"), kind };
    default: return { value: whole(bytes), kind };
  }
}

const u16 = (number) => Buffer.from([number & 255, number >> 8]);

/// A column's type as the server announces it.
const TYPES = {
  bit: Buffer.from([0x68, 1]),
  int: Buffer.from([0x26, 4]),
  bigint: Buffer.from([0x26, 8]),
  float: Buffer.from([0x6d, 8]),
  guid: Buffer.from([0x24, 16]),
  datetime: Buffer.from([0x6f, 8]),
  decimal: Buffer.from([0x6a, 17, 18, 4]),
  binary: Buffer.concat([Buffer.from([0xa5]), u16(MAX)]),
  text: Buffer.concat([Buffer.from([0xe7]), u16(MAX), COLLATION]),
};

function long(bytes) {
  if (bytes === null) return Buffer.alloc(8, 0xff);
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(bytes.length));
  head.writeUInt32LE(bytes.length, 8);
  return bytes.length === 0 ? Buffer.alloc(12) : Buffer.concat([head, bytes, Buffer.alloc(4)]);
}

function guidBytes(text) {
  const plain = Buffer.from(text.replaceAll("-", ""), "hex");
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => plain[at]));
}

/// A value of a row.
function put(kind, value) {
  if (kind === "text") return long(value === null ? null : utf16(String(value)));
  if (kind === "binary") return long(value);
  if (value === null) return Buffer.from([0]);
  const bytes = Buffer.alloc({ bit: 1, int: 4, guid: 16, decimal: 17 }[kind] ?? 8);
  if (kind === "bit") bytes[0] = value ? 1 : 0;
  else if (kind === "int") bytes.writeInt32LE(Number(value));
  else if (kind === "bigint") bytes.writeBigInt64LE(BigInt(value));
  else if (kind === "float") bytes.writeDoubleLE(value);
  else if (kind === "guid") guidBytes(value).copy(bytes);
  else if (kind === "decimal") {
    bytes[0] = value >= 0 ? 1 : 0;
    bytes.writeBigUInt64LE(BigInt(Math.round(Math.abs(value) * 10_000)), 1);
  } else {
    const ms = value.getTime() - EPOCH_1900;
    bytes.writeInt32LE(Math.floor(ms / DAY_MS));
    bytes.writeUInt32LE(Math.round(((ms - Math.floor(ms / DAY_MS) * DAY_MS) * 3) / 10), 4);
  }
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

module.exports = { COLLATION, Reader, TYPES, put, readType, readValue, utf16 };
