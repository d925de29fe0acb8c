// The API of the npm package easy-pbkdf2, which comes without a licence.
import { createHash, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

const KEY_BYTES = 256;

// Version 0 said neither digest in the salt nor knew `verify`; stored hashes of both versions are read by both.
const GENERATIONS = [
  { iterations: 5024, digest: "sha1", namesDigest: false },
  { iterations: 32_000, digest: "sha256", namesDigest: true },
];

function parseSalt(salt) {
  const fields = salt.split(".");
  const digest = fields.length > 2 ? fields[1] : "sha1";
  return { salt: fields.at(-1), iterations: parseInt(fields[0], 16), digest };
}

function easyPbkdf2({ iterations, digest, namesDigest }) {
  function EasyPbkdf2(options) {
    if (!(this instanceof EasyPbkdf2)) return new EasyPbkdf2(options);
    Object.assign(this, options);
  }
  Object.assign(EasyPbkdf2.prototype, {
    DEFAULT_HASH_ITERATIONS: iterations,
    SALT_SIZE: 32,
    ...(namesDigest && { KEY_LENGTH: KEY_BYTES, DIGEST: digest }),

    weakHash(value) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return createHash(digest).update(text).digest("base64");
    },

    random(bytes, callback) {
      return randomBytes(bytes, callback);
    },

    generateSalt(explicitIterations, callback) {
      if (typeof explicitIterations === "function") [explicitIterations, callback] = [undefined, explicitIterations];
      const least = this.DEFAULT_HASH_ITERATIONS;
      if (explicitIterations && explicitIterations < least) {
        throw new Error(`explicitIterations cannot be less than ${least}`);
      }
      const head = [(explicitIterations || least).toString(16), ...(namesDigest ? [this.DIGEST] : [])];
      const salt = (bytes) => [...head, bytes.toString("base64")].join(".");
      if (!callback) return salt(randomBytes(this.SALT_SIZE));
      randomBytes(this.SALT_SIZE, (error, bytes) => (error ? callback(error) : callback(salt(bytes))));
    },

    hash(value, salt, callback) {
      if (typeof salt === "function") [salt, callback] = [undefined, salt];
      if (typeof callback !== "function") throw new Error("callback is required (as Function)");
      if (!value || typeof value !== "string") {
        callback(new Error("value is required (as String)"));
        return;
      }
      const whole = salt || this.generateSalt();
      const parsed = parseSalt(whole);
      // The salt's text is the salt, not the bytes that it stands for.
      pbkdf2(value, parsed.salt, parsed.iterations, KEY_BYTES, parsed.digest, (error, key) => {
        if (error) callback(error);
        else callback(null, key.toString("base64"), whole);
      });
    },

    secureHash(...args) {
      return this.hash(...args);
    },

    ...(namesDigest && {
      parseSalt,
      verify(salt, priorHash, value, callback) {
        this.hash(value, salt, (error, hash) => {
          if (error) return callback(error);
          const [one, other] = [Buffer.from(hash), Buffer.from(String(priorHash))];
          return callback(null, one.length === other.length && timingSafeEqual(one, other));
        });
      },
    }),
  });
  EasyPbkdf2.EasyPbkdf2 = EasyPbkdf2;
  return EasyPbkdf2;
}

/// What `require("easy-pbkdf2@0")` and the global `pbkdf2` are made of.
export const EasyPbkdf2Of0 = easyPbkdf2(GENERATIONS[0]);

/// What `require("easy-pbkdf2")` gives.
export const EasyPbkdf2 = easyPbkdf2(GENERATIONS[1]);
