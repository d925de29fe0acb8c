// Scripts that decrypt what a legacy system stored: `AES-256-CBC` in upper case (node-jose, and many by
// hand), aes-192, CFB, OFB, CCM and triple DES, which the engine lacks; and `createCipher`, which derives
// the key from a password.
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { cipherNames, cipherSpec } from "trickle:host/node-cipher-names.js";
import { CipherivStream, DecipherivStream } from "trickle:host/node-cipher-stream.js";

// These the engine has, and its failures are those of Node.js.
const isEnginesOwn = ({ algorithm, mode }) => algorithm === "chacha20" || mode === "ctr";
const FREE_IV = new Set(["gcm", "ccm"]);
const CCM_IVS = [7, 13];

const engineInfo = crypto.getCipherInfo;
const engineNames = crypto.getCiphers();
const engine = { Cipheriv: crypto.Cipheriv, Decipheriv: crypto.Decipheriv };
const ours = { Cipheriv: CipherivStream, Decipheriv: DecipherivStream };
// So that `instanceof crypto.Cipheriv` holds whichever made it.
for (const name of Object.keys(ours)) {
  Object.defineProperty(engine[name], Symbol.hasInstance, {
    value: (value) => value instanceof ours[name] || engine[name].prototype.isPrototypeOf(value),
  });
}

function coded(error, code) {
  return Object.assign(error, { code });
}

function secret(key) {
  if (typeof key === "string") return Buffer.from(key, "utf8");
  if (key?.type === "secret" && typeof key.export === "function") return key.export();
  if (ArrayBuffer.isView(key)) return Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return key instanceof ArrayBuffer ? Buffer.from(key) : undefined;
}

function checkLengths(spec, key, iv) {
  if (key.length !== spec.key) throw coded(new RangeError("Invalid key length"), "ERR_CRYPTO_INVALID_KEYLEN");
  const [least, most] = spec.mode === "ccm" ? CCM_IVS : [1, Infinity];
  const fits = FREE_IV.has(spec.mode) ? iv.length >= least && iv.length <= most : iv.length === spec.iv;
  if (!fits) throw coded(new TypeError("Invalid initialization vector"), "ERR_CRYPTO_INVALID_IV");
}

const BYTES = ["ArrayBuffer", "Buffer", "TypedArray"];

function checkTypes(name, key, keyBytes, iv, ivBytes) {
  if (typeof name !== "string") throw wrongType("cipher", "of type string", name);
  const kinds = `of type string or an instance of ${BYTES.join(", ")}`;
  if (!keyBytes) throw wrongType("key", `${kinds}, DataView, KeyObject, or CryptoKey`, key);
  if (!ivBytes) throw wrongType("iv", `${kinds}, or DataView`, iv);
}

function wrongType(argument, wanted, got) {
  const kind = got === null || got === undefined ? String(got) : `type ${typeof got} (${String(got)})`;
  const message = `The "${argument}" argument must be ${wanted}. Received ${kind}`;
  return coded(new TypeError(message), "ERR_INVALID_ARG_TYPE");
}

/// AES key wrapping, or no cipher at all.
function makeByEngine(kind, name, key, iv, options) {
  try {
    return new engine[kind](name, key, iv, options);
  } catch (error) {
    throw error?.code === "ERR_CRYPTO_UNKNOWN_CIPHER" ? unknownCipher() : error;
  }
}

function unknownCipher() {
  return coded(new Error("Unknown cipher"), "ERR_CRYPTO_UNKNOWN_CIPHER");
}

function make(kind, name, key, iv, options) {
  const spec = typeof name === "string" ? cipherSpec(name) : undefined;
  const [keyBytes, ivBytes] = [secret(key), iv === null ? Buffer.alloc(0) : secret(iv)];
  checkTypes(name, key, keyBytes, iv, ivBytes);
  if (!spec) return makeByEngine(kind, name, key, iv, options);
  checkLengths(spec, keyBytes, ivBytes);
  if (isEnginesOwn(spec)) return new engine[kind](spec.name, key, iv, options);
  return new ours[kind]({ ...spec, name }, keyBytes, ivBytes, options);
}

/// OpenSSL's EVP_BytesToKey with MD5, one round and no salt.
function fromPassword(name, password) {
  const spec = cipherSpec(name);
  if (!spec) throw unknownCipher();
  const data = secret(password) ?? Buffer.from(String(password));
  let [made, block] = [Buffer.alloc(0), Buffer.alloc(0)];
  while (made.length < spec.key + spec.iv) {
    block = crypto.createHash("md5").update(block).update(data).digest();
    made = Buffer.concat([made, block]);
  }
  return [made.subarray(0, spec.key), made.subarray(spec.key, spec.key + spec.iv)];
}

function withPassword(kind) {
  return (name, password, options) => make(kind, name, ...fromPassword(name, password), options);
}

/// The name that Node.js answers with, the length of a unit and the family of the mode.
function getCipherInfo(name, { keyLength, ivLength } = {}) {
  const spec = typeof name === "string" ? cipherSpec(name) : undefined;
  if (!spec) return engineInfo(name, { keyLength, ivLength });
  const fitsIv = ivLength === undefined || ivLength === spec.iv || FREE_IV.has(spec.mode);
  if ((keyLength ?? spec.key) !== spec.key || !fitsIv) return undefined;
  const unit = spec.mode === "cbc" || spec.mode === "ecb" ? spec.block : 1;
  return {
    mode: spec.mode.replace(/\d$/, ""),
    name: spec.name,
    ...(spec.mode === "stream" ? {} : { blockSize: unit }),
    ...(spec.iv ? { ivLength: ivLength ?? spec.iv } : {}),
    keyLength: spec.key,
  };
}

Object.assign(crypto, {
  createCipheriv: (name, key, iv, options) => make("Cipheriv", name, key, iv, options),
  createDecipheriv: (name, key, iv, options) => make("Decipheriv", name, key, iv, options),
  createCipher: withPassword("Cipheriv"),
  createDecipher: withPassword("Decipheriv"),
  getCiphers: () => [...new Set([...engineNames, ...cipherNames])].sort(),
  getCipherInfo,
});
