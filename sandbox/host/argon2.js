// The API of the npm package argon2 over a host function.
import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { op_trickle_argon2 } from "trickle:host/ops.js";

const types = Object.freeze({ argon2d: 0, argon2i: 1, argon2id: 2 });
const names = Object.freeze(Object.fromEntries(Object.entries(types).map(([name, type]) => [type, name])));
const defaults = Object.freeze({
  hashLength: 32,
  timeCost: 3,
  memoryCost: 1 << 16,
  parallelism: 4,
  type: types.argon2id,
  version: 0x13,
});
const limits = Object.freeze({
  hashLength: { min: 4, max: 2 ** 32 - 1 },
  memoryCost: { min: 1024, max: 2 ** 32 - 1 },
  timeCost: { min: 2, max: 2 ** 32 - 1 },
  parallelism: { min: 1, max: 2 ** 24 - 1 },
});
const TOO_LARGE = {
  hashLength: "Hash length",
  memoryCost: "Memory cost",
  timeCost: "Time cost",
  parallelism: "Parallelism",
};
const VERSION_FIRST = 0x10;
const SALT_BYTES = 16;

const base64 = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/// `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH`.
function parse(digest) {
  if (typeof digest !== "string" || digest === "") {
    throw new TypeError("pchstr must be a non-empty string");
  }
  const [empty, id, ...fields] = digest.split("$");
  if (empty !== "" || !id) throw new TypeError("pchstr must contain a $ as first char");
  const version = /^v=\d+$/.test(fields[0] ?? "") ? Number(fields.shift().slice(2)) : undefined;
  const params = {};
  if (fields[0]?.includes("=")) {
    for (const pair of fields.shift().split(",")) {
      const equals = pair.indexOf("=");
      params[pair.slice(0, equals)] = pair.slice(equals + 1);
    }
  }
  const [salt, hash] = fields.map((field) => Buffer.from(field, "base64"));
  return { id, version, params, salt, hash };
}

function compute({ type, version, memoryCost, timeCost, parallelism, hashLength }, inputs) {
  const job = {
    kind: type,
    version,
    memoryKib: memoryCost,
    passes: timeCost,
    lanes: parallelism,
    outputBytes: hashLength,
  };
  const { password, salt, secret, data } = inputs;
  return op_trickle_argon2(job, Buffer.from(password), Buffer.from(salt), Buffer.from(secret), Buffer.from(data));
}

async function hash(password, options) {
  const chosen = { ...defaults, ...options };
  for (const [name, { max }] of Object.entries(limits)) {
    if (chosen[name] > max) throw new RangeError(`${TOO_LARGE[name]} is too large`);
  }
  const { raw, salt = randomBytes(SALT_BYTES), secret = "", associatedData: data = "" } = chosen;
  const result = Buffer.from(await compute(chosen, { password, salt, secret, data }));
  if (raw) return result;
  const { memoryCost: m, timeCost: t, parallelism: p, type, version } = chosen;
  const extra = data.length > 0 ? `,data=${base64(data)}` : "";
  return `$${names[type]}$v=${version}$m=${m},t=${t},p=${p}${extra}$${base64(salt)}$${base64(result)}`;
}

async function verify(digest, password, options = {}) {
  const { id, version = VERSION_FIRST, params, salt, hash: stored } = parse(digest);
  if (!Object.hasOwn(types, id)) return false;
  if (!salt || !stored) throw new TypeError("the digest has no salt or no hash");
  const costs = {
    type: types[id],
    version,
    memoryCost: Number(params.m),
    timeCost: Number(params.t),
    parallelism: Number(params.p),
    hashLength: stored.length,
  };
  const data = Buffer.from(params.data ?? "", "base64");
  const computed = await compute(costs, { password, salt, secret: options.secret ?? "", data });
  return timingSafeEqual(Buffer.from(computed), stored);
}

function needsRehash(digest, options = {}) {
  const { memoryCost, timeCost, parallelism, version } = { ...defaults, ...options };
  const { version: stored = VERSION_FIRST, params } = parse(digest);
  return (
    stored !== Number(version) ||
    Number(params.m) !== Number(memoryCost) ||
    Number(params.t) !== Number(timeCost) ||
    Number(params.p) !== Number(parallelism)
  );
}

// `defaults` and `limits` were part of older versions.
export const argon2 = { ...types, defaults, limits, hash, verify, needsRehash };
