// Old scripts call `createHmac('RSA-SHA256', …)`, `pbkdf2(password, salt, rounds, length, callback)` without
// a digest, and write digests in any spelling; the engine knows plain names only.
import crypto from "node:crypto";

const DIGEST_DEFAULT = "sha1";

const SIGNATURE = /^(?:rsa|ecdsa|dsa)-(?=(?:md5|sha|ripemd|rmd))/i;
const ALIASES = {
  ripemd: "ripemd160",
  rmd160: "ripemd160",
  "sha-1": "sha1",
  "sha-224": "sha224",
  "sha-256": "sha256",
  "sha-384": "sha384",
  "sha-512": "sha512",
  "sha512/224": "sha512-224",
  "sha512/256": "sha512-256",
  "ssl3-md5": "md5",
  "ssl3-sha1": "sha1",
};

/// Names of signature algorithms stand for their digest.
function digestName(name) {
  if (typeof name !== "string") return name;
  const digest = name.replace(SIGNATURE, "");
  return ALIASES[digest.toLowerCase()] ?? digest;
}

const { createHash, createHmac, pbkdf2, pbkdf2Sync } = crypto;

/// Node.js does not name what it does not know.
function knownHash(name, options) {
  try {
    return createHash(digestName(name), options);
  } catch (error) {
    if (/^Digest method not supported/.test(error?.message)) error.message = "Digest method not supported";
    throw error;
  }
}

Object.assign(crypto, {
  createHash: knownHash,
  createHmac: (name, key, options) => createHmac(digestName(name), key, options),
  // The package pbkdf2 looks for "keylen, digest" in the text of `pbkdf2Sync`, else it computes in JavaScript.
  pbkdf2(password, salt, iterations, keylen, digest, callback) {
    if (typeof digest === "function") [digest, callback] = [DIGEST_DEFAULT, digest];
    return pbkdf2(password, salt, iterations, keylen, digestName(digest ?? DIGEST_DEFAULT), callback);
  },
  pbkdf2Sync(password, salt, iterations, keylen, digest) {
    return pbkdf2Sync(password, salt, iterations, keylen, digestName(digest ?? DIGEST_DEFAULT));
  },
});
