// SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, RFC 7677) as a MongoDB server speaks them.
"use strict";
const { createHash, createHmac, pbkdf2Sync, randomBytes } = require("node:crypto");

const ROUNDS = 4096;
const MECHANISMS = {
  "SCRAM-SHA-1": {
    hash: "sha1",
    bytes: 20,
    secret: (name, password) => createHash("md5").update(`${name}:mongo:${password}`).digest("hex"),
  },
  "SCRAM-SHA-256": { hash: "sha256", bytes: 32, secret: (_, password) => password },
};

const field = (text, name) => text.split(",").find((part) => part.startsWith(`${name}=`))?.slice(2);

/// The two commands of one connection.
exports.authentication = function authentication(users, Refusal) {
  let state;
  const refuse = () => {
    throw new Refusal(18, "AuthenticationFailed", "Authentication failed.");
  };

  function saslStart({ mechanism, payload }) {
    const kind = MECHANISMS[mechanism];
    if (!kind) throw new Refusal(2, "BadValue", `Unsupported mechanism ${mechanism}`);
    const first = Buffer.from(payload).toString("utf8").replace(/^n,,/, "");
    const name = field(first, "n").replaceAll("=2C", ",").replaceAll("=3D", "=");
    const nonce = field(first, "r") + randomBytes(12).toString("base64");
    const salt = randomBytes(16);
    const challenge = `r=${nonce},s=${salt.toString("base64")},i=${ROUNDS}`;
    state = { kind, name, nonce, salt, talk: `${first},${challenge}` };
    return { ok: 1, conversationId: 1, done: false, payload: Buffer.from(challenge) };
  }

  function saslContinue({ payload }) {
    const last = Buffer.from(payload).toString("utf8");
    if (last === "") return { ok: 1, conversationId: 1, done: true, payload: Buffer.alloc(0) };
    const { kind, name, nonce, salt, talk } = state;
    if (users[name] === undefined || field(last, "r") !== nonce) refuse();
    const salted = pbkdf2Sync(kind.secret(name, users[name]), salt, ROUNDS, kind.bytes, kind.hash);
    const hmac = (key, text) => createHmac(kind.hash, key).update(text).digest();
    const clientKey = hmac(salted, "Client Key");
    const storedKey = createHash(kind.hash).update(clientKey).digest();
    const whole = `${talk},${last.slice(0, last.lastIndexOf(",p="))}`;
    const signature = hmac(storedKey, whole);
    const proof = Buffer.from(field(last, "p"), "base64");
    if (!proof.equals(Buffer.from(clientKey.map((byte, index) => byte ^ signature[index])))) refuse();
    const verifier = hmac(hmac(salted, "Server Key"), whole).toString("base64");
    // Old drivers send an empty message before they take it as done.
    return { ok: 1, conversationId: 1, done: true, payload: Buffer.from(`v=${verifier}`) };
  }

  return { saslStart, saslContinue };
};
