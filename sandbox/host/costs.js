// What one call may cost that the engine computes in native code, which nothing but the end of the process can
// stop. The numbers are in docs/reference/limits.md.
import { core, internals, primordials } from "ext:core/mod.js";
import * as ops from "ext:core/ops";

// Scripts may replace the global ones.
const {
  MathCeil, ObjectAssign, ObjectDefineProperty, PromiseReject, RangeError, ReflectApply, StringPrototypeReplaceAll,
  StringPrototypeToLowerCase,
} = primordials;

/// 600 000 rounds, four blocks of output each, as PBKDF2-HMAC-SHA1 needs for 64 bytes.
const PBKDF2_ROUNDS_MAX = 4_000_000;
/// N·r·p: four times what OWASP names as the most expensive parameters (N = 2^17, r = 8, p = 1).
const SCRYPT_WORK_MAX = 2 ** 22;
/// 128·N·r, in bytes.
const SCRYPT_MEMORY_MAX = 128 * 2 ** 20;
const RSA_BITS_MAX = 4096;

const DIGEST_BYTES = {
  __proto__: null,
  md5: 16, ripemd160: 20, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64, sha512224: 28, sha512256: 32,
};

function tooMuch(message, code) {
  const error = new RangeError(`${message}; see docs/reference/limits.md`);
  error.code = code;
  return error;
}

function checkPbkdf2(rounds, digest, bytes) {
  const name = StringPrototypeReplaceAll(StringPrototypeToLowerCase(`${digest}`), "-", "");
  const blocks = MathCeil(bytes / (DIGEST_BYTES[name] ?? 16)) || 1;
  const work = rounds * blocks;
  if (!(work <= PBKDF2_ROUNDS_MAX)) {
    const used = `${rounds} rounds for each of ${blocks} blocks of output make ${work}`;
    return tooMuch(`the limit of pbkdf2 is ${PBKDF2_ROUNDS_MAX} rounds; ${used}`, "ERR_OUT_OF_RANGE");
  }
  return undefined;
}

function checkScrypt(n, r, p) {
  const work = n * r * p;
  const memory = 128 * n * r;
  if (!(work <= SCRYPT_WORK_MAX)) {
    const message = `the limit of scrypt is N * r * p <= ${SCRYPT_WORK_MAX}; it is ${work}`;
    return tooMuch(message, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS");
  }
  if (!(memory <= SCRYPT_MEMORY_MAX)) {
    const message = `the limit of scrypt is ${SCRYPT_MEMORY_MAX} bytes of memory (128 * N * r); it is ${memory}`;
    return tooMuch(message, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS");
  }
  return undefined;
}

function checkRsa(bits) {
  if (bits <= RSA_BITS_MAX) return undefined;
  return tooMuch(`the limit of RSA keys is ${RSA_BITS_MAX} bits; ${bits} were asked for`, "ERR_OUT_OF_RANGE");
}

// By position: a script can replace how lists are taken apart.
const FUNCTIONS = {
  op_node_pbkdf2: (args) => checkPbkdf2(args[2], args[3], args[4].byteLength),
  op_node_pbkdf2_async: (args) => checkPbkdf2(args[2], args[3], args[4]),
  op_node_scrypt_sync: (args) => checkScrypt(2 ** args[3], args[4], args[5]),
  op_node_scrypt_async: (args) => checkScrypt(2 ** args[3], args[4], args[5]),
  op_node_generate_rsa_key: (args) => checkRsa(args[0]),
  op_node_generate_rsa_key_async: (args) => checkRsa(args[0]),
  op_node_generate_rsa_pss_key: (args) => checkRsa(args[0]),
  op_node_generate_rsa_pss_key_async: (args) => checkRsa(args[0]),
};

/// The functions as Node's own modules get them when they load, which they do after this.
function capFunctions() {
  const capped = ObjectAssign({ __proto__: null }, ops);
  for (const name of Object.keys(FUNCTIONS)) {
    const native = ops[name];
    const check = FUNCTIONS[name];
    // The engine puts faster variants over functions that it finds here; these stay.
    ObjectDefineProperty(capped, name, {
      value: (...args) => {
        const error = check(args);
        if (error) throw error;
        return ReflectApply(native, undefined, args);
      },
      enumerable: true,
    });
  }
  ops.op_set_captured_bootstrap({
    __proto__: null,
    primordials,
    core: ObjectAssign({ __proto__: null }, core, { ops: capped }),
    internals,
  });
}

const MEMBERS = [
  "name", "hash", "salt", "iterations", "info", "public", "length", "modulusLength", "publicExponent", "namedCurve",
  "context",
];

/// What an algorithm says, read once: its getters cannot tell the engine another number.
function readOnce(algorithm) {
  if (typeof algorithm !== "object" || algorithm === null) return algorithm;
  const read = { __proto__: null };
  for (let index = 0; index < MEMBERS.length; index++) {
    const value = algorithm[MEMBERS[index]];
    if (value !== undefined) read[MEMBERS[index]] = value;
  }
  if (typeof read.hash === "object") read.hash = { __proto__: null, name: `${read.hash?.name}` };
  if (read.iterations !== undefined) read.iterations = +read.iterations;
  if (read.modulusLength !== undefined) read.modulusLength = +read.modulusLength;
  return read;
}

function capMethod(prototype, name, check) {
  const native = prototype[name];
  const capped = {
    [name](...args) {
      try {
        args[0] = readOnce(args[0]);
        if (typeof args[2] === "object" && name === "deriveBits") args[2] = +args[2];
        const error = check(args);
        if (error) return PromiseReject(error);
      } catch (error) {
        return PromiseReject(error);
      }
      return ReflectApply(native, this, args);
    },
  }[name];
  ObjectDefineProperty(prototype, name, { value: capped, writable: true, enumerable: true, configurable: true });
}

const digestOf = ({ hash }) => (typeof hash === "object" ? hash?.name : hash);

const checkDerivation = (algorithm, bits) =>
  algorithm?.iterations === undefined
    ? undefined
    : checkPbkdf2(algorithm.iterations, digestOf(algorithm), bits / 8);

/// The longest key that is derived without saying how long: of HMAC with SHA-512.
const KEY_BITS = 1024;

/// Runs when the snapshot is made.
export function capCosts() {
  capFunctions();
  const { prototype } = ops.SubtleCrypto;
  capMethod(prototype, "deriveBits", (args) => checkDerivation(args[0], args[2] ?? 0));
  capMethod(prototype, "deriveKey", (args) => checkDerivation(args[0], args[2]?.length ?? KEY_BITS));
  capMethod(prototype, "generateKey", (args) =>
    args[0]?.modulusLength === undefined ? undefined : checkRsa(args[0].modulusLength));
}
