// A user pool of AWS Cognito for tests: the secure remote password protocol (RFC 5054's group of 3072 bits, Cognito's key derivation).
"use strict";
const crypto = require("node:crypto");
const http = require("node:http");

const POOL = "Legacy";
const USER = { id: "3f1c", email: "ann@example.org", password: "secret" };
const G = 2n;
const N = BigInt(`0x${crypto.getDiffieHellman("modp15").getPrime("hex")}`);

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash("sha256")).digest();
const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), crypto.createHmac("sha256", key)).digest();
const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);

/// As a signed number in two's complement: whole bytes, and a zero before a high bit.
function bytesOf(value) {
  const hex = value.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let [b, e] = [base % modulus, exponent]; e > 0n; e >>= 1n, b = (b * b) % modulus) {
    if (e & 1n) result = (result * b) % modulus;
  }
  return result;
}

const K = number(sha256(bytesOf(N), bytesOf(G)));
const SALT = bytesOf(number(crypto.randomBytes(16)));
const VERIFIER = power(G, number(sha256(SALT, sha256(`${POOL}${USER.id}:${USER.password}`))), N);

const pending = new Map();

function challenge({ USERNAME, SRP_A }) {
  if (USERNAME !== USER.email) throw ["UserNotFoundException", "User does not exist."];
  const b = number(crypto.randomBytes(32));
  const B = (K * VERIFIER + power(G, b, N)) % N;
  const secret = crypto.randomBytes(48).toString("base64");
  pending.set(secret, { A: BigInt(`0x${SRP_A}`), b, B });
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      USERNAME: USER.id, USER_ID_FOR_SRP: USER.id, SALT: SALT.toString("hex"), SRP_B: B.toString(16), SECRET_BLOCK: secret,
    },
  };
}

function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: "RS256" })}.${part({ ...claims, iat: now, exp: now + 3600 })}.c2ln`;
}

function prove({ PASSWORD_CLAIM_SECRET_BLOCK, PASSWORD_CLAIM_SIGNATURE, TIMESTAMP }) {
  const { A, b, B } = pending.get(PASSWORD_CLAIM_SECRET_BLOCK);
  pending.delete(PASSWORD_CLAIM_SECRET_BLOCK);
  const u = number(sha256(bytesOf(A), bytesOf(B)));
  const shared = power(A * power(VERIFIER, u, N), b, N);
  const extracted = hmac(bytesOf(u), bytesOf(shared));
  const key = hmac(extracted, "Caldera Derived Key", Buffer.from([1])).subarray(0, 16);
  const wanted = hmac(key, POOL, USER.id, Buffer.from(PASSWORD_CLAIM_SECRET_BLOCK, "base64"), TIMESTAMP).toString("base64");
  if (wanted !== PASSWORD_CLAIM_SIGNATURE) throw ["NotAuthorizedException", "Incorrect username or password."];
  const claims = { sub: USER.id, email: USER.email, email_verified: true };
  return {
    AuthenticationResult: {
      IdToken: token({ ...claims, token_use: "id" }), AccessToken: token({ ...claims, token_use: "access" }), RefreshToken: "r", ExpiresIn: 3600,
    },
  };
}

const OPERATIONS = { InitiateAuth: ({ AuthParameters }) => challenge(AuthParameters), RespondToAuthChallenge: ({ ChallengeResponses }) => prove(ChallengeResponses) };

function answer(target, body) {
  try {
    return [200, OPERATIONS[target.split(".")[1]](JSON.parse(body))];
  } catch (error) {
    const [__type, message] = Array.isArray(error) ? error : ["InternalErrorException", String(error)];
    return [400, { __type, message }];
  }
}

/// The service; its only user pool is `eu-west-1_Legacy`.
exports.cognito = () =>
  http.createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part) => { body += part; });
    request.on("end", () => {
      const [status, said] = answer(request.headers["x-amz-target"] ?? "", body);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": said.__type ?? "" });
      response.end(JSON.stringify(said));
    });
  });
