// The API of the npm package wordpress-hash-node: the "portable" hashes of phpass, as WordPress stores them.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SALT_TEXT = 8;
const SALT_BYTES = 6;
/// 2^13 rounds of MD5, which WordPress uses.
const ROUNDS_LOG2 = 13;
const ROUNDS_LOG2_MIN = 7;
const ROUNDS_LOG2_MAX = 30;

/// phpass' own order of bits: the first byte is the lowest.
function encode(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3);
    const value = group.reduce((sum, byte, index) => sum | (byte << (8 * index)), 0);
    for (let index = 0; index <= group.length; index += 1) text += ALPHABET[(value >> (6 * index)) & 63];
  }
  return text;
}

function crypt(password, setting) {
  const rounds = ALPHABET.indexOf(setting[3]);
  const salt = setting.slice(4, 4 + SALT_TEXT);
  const known = /^\$[PH]\$/.test(setting) && salt.length === SALT_TEXT;
  if (!known || rounds < ROUNDS_LOG2_MIN || rounds > ROUNDS_LOG2_MAX) return undefined;
  const md5 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("md5")).digest();
  let digest = md5(salt, password);
  for (let left = 2 ** rounds; left > 0; left -= 1) digest = md5(digest, password);
  return setting.slice(0, 4 + SALT_TEXT) + encode(digest);
}

export const wordpressHash = {
  HashPassword(password) {
    const setting = `$P$${ALPHABET[ROUNDS_LOG2]}${encode(randomBytes(SALT_BYTES))}`;
    return crypt(String(password), setting);
  },
  CheckPassword(password, hash) {
    const [stored, computed] = [Buffer.from(hash), Buffer.from(crypt(String(password), hash) ?? "")];
    return computed.length > 0 && computed.length === stored.length && timingSafeEqual(computed, stored);
  },
};
