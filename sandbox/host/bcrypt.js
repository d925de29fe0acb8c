// The API of the npm package bcrypt over host functions.
import { Buffer } from "node:buffer";
import {
  op_trickle_bcrypt_compare,
  op_trickle_bcrypt_compare_sync,
  op_trickle_bcrypt_hash,
  op_trickle_bcrypt_hash_sync,
  op_trickle_bcrypt_salt,
} from "trickle:host/ops.js";

const ROUNDS_DEFAULT = 10;

/// Callback style where the last argument is a function, else a promise.
function either(callback, start) {
  if (callback && typeof callback !== "function") {
    return Promise.reject(new Error("cb must be a function or null to return a Promise"));
  }
  const promise = new Promise((resolve) => resolve(start()));
  if (!callback) return promise;
  // The callback runs outside of the promise, so that what it throws is an uncaught
  // exception, as with the native package.
  promise.then(
    (value) => queueMicrotask(() => callback(undefined, value)),
    (error) => queueMicrotask(() => callback(error)),
  );
}

const isData = (data) => typeof data === "string" || Buffer.isBuffer(data);

function saltFor(rounds, minor) {
  if (rounds && typeof rounds !== "number") throw new Error("rounds must be a number");
  if (minor && minor !== "a" && minor !== "b") throw new Error('minor must be either "a" or "b"');
  return op_trickle_bcrypt_salt(rounds || ROUNDS_DEFAULT, minor || "b");
}

const HASH_ARGUMENTS =
  "data must be a string or Buffer and salt must either be a salt string or a number of rounds";

function refuse(message) {
  throw new Error(message);
}

function hashArguments(data, salt) {
  if (data === undefined || data === null || salt === undefined || salt === null) {
    throw new Error("data and salt arguments required");
  }
  if (!isData(data) || (typeof salt !== "string" && typeof salt !== "number")) {
    throw new Error(HASH_ARGUMENTS);
  }
  return [Buffer.from(data), typeof salt === "number" ? saltFor(salt) : salt];
}

function compareArguments(data, hash, wrongTypes) {
  if (data === undefined || data === null || hash === undefined || hash === null) {
    throw new Error("data and hash arguments required");
  }
  if (!isData(data) || typeof hash !== "string") {
    throw new Error(wrongTypes);
  }
  return [Buffer.from(data), hash];
}

export const bcrypt = {
  genSaltSync: saltFor,
  genSalt(rounds, minor, callback) {
    if (typeof rounds === "function") [rounds, callback] = [undefined, rounds];
    if (typeof minor === "function") [minor, callback] = [undefined, minor];
    return either(callback, () => saltFor(rounds, minor));
  },
  hashSync: (data, salt) => op_trickle_bcrypt_hash_sync(...hashArguments(data, salt)),
  hash(data, salt, callback) {
    for (const early of [data, salt]) {
      if (typeof early === "function") return either(early, () => refuse(HASH_ARGUMENTS));
    }
    return either(callback, () => op_trickle_bcrypt_hash(...hashArguments(data, salt)));
  },
  compareSync(data, hash) {
    const wrongTypes = "data must be a string or Buffer and hash must be a string";
    return op_trickle_bcrypt_compare_sync(...compareArguments(data, hash, wrongTypes));
  },
  compare(data, hash, callback) {
    for (const early of [data, hash]) {
      if (typeof early === "function") return either(early, () => compareArguments());
    }
    const wrongTypes = "data and hash must be strings";
    return either(callback, () => op_trickle_bcrypt_compare(...compareArguments(data, hash, wrongTypes)));
  },
  getRounds(hash) {
    if (hash === undefined || hash === null) throw new Error("hash argument required");
    if (typeof hash !== "string") throw new Error("hash must be a string");
    return Number(/^\$2[ab]?\$(\d\d)\$/.exec(hash)?.[1] ?? refuse("invalid hash provided"));
  },
};
