// Scripts that use the global `fetch`: they check `error.cause.code`, and a POST must not run twice.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import tls from "node:tls";
import { getSystemErrorName } from "node:util";
import { BODIES, REDIRECTS, wordsFor } from "trickle:host/fetch-words.js";
import { fetchUnchecked, isUnchecked } from "trickle:host/node-fetch-unchecked.js";
import { waitFor } from "trickle:host/waiting.js";

const { fetch: engineFetch, Request, Response } = globalThis;
const { createHttpClient } = Deno;
const SAFE_METHODS = /^(?:GET|HEAD|OPTIONS)$/i;
const ERRNO_NOT_FOUND = -3008;
const ERRNO_TRY_AGAIN = -3001;
const HANDSHAKE_MS = 2000;

let unpooled;

/// The engine sends a request again when a pooled connection closes before the answer. On a
/// connection of its own it does not.
function clientFor(method) {
  if (SAFE_METHODS.test(method)) return {};
  unpooled ??= createHttpClient({ poolMaxIdlePerHost: 0 });
  return { client: unpooled };
}

function system(syscall, errno, code, where, fields) {
  return Object.assign(new Error(`${syscall} ${code} ${where}`.trim()), { errno, code, syscall, ...fields });
}

class SocketError extends Error {}
class HTTPParserError extends Error {}

function named(Class, code, message, more) {
  return Object.assign(new Class(message), { name: Class.name, code, ...more });
}

/// The engine's TLS for `fetch` does not tell a certificate that signs itself from one whose
/// authority is unknown; that of node:tls does.
function certificateError({ hostname, port }) {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const servername = isIP(host) ? undefined : host;
    const socket = tls.connect({ host, port: Number(port) || 443, servername, rejectUnauthorized: true });
    const end = (error) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(HANDSHAKE_MS, end);
    socket.once("error", end);
    socket.once("secureConnect", () => end());
  });
}

async function connectError(errno, { hostname, port, protocol }) {
  const host = hostname.replace(/^\[|\]$/g, "");
  const { address } = await lookup(host).catch(() => ({ address: host }));
  const number = Number(port) || (protocol === "https:" ? 443 : 80);
  const fields = { address, port: number };
  return system("connect", -errno, getSystemErrorName(-errno), `${address}:${number}`, fields);
}

/// What Node.js has as the cause of "fetch failed".
async function causeOf(text, url) {
  const errno = Number(/\(os error (\d+)\)/.exec(text)?.[1]);
  if (text.includes("dns error")) {
    const again = text.includes("Temporary failure");
    const [number, code] = again ? [ERRNO_TRY_AGAIN, "EAI_AGAIN"] : [ERRNO_NOT_FOUND, "ENOTFOUND"];
    return system("getaddrinfo", number, code, url.hostname, { hostname: url.hostname });
  }
  if (text.includes("invalid peer certificate")) return certificateError(url);
  if (text.includes("InvalidContentType")) {
    return Object.assign(new Error("wrong version number"), { code: "ERR_SSL_WRONG_VERSION_NUMBER" });
  }
  if (errno) {
    if (text.includes("(Connect)")) return connectError(errno, url);
    return system("read", -errno, getSystemErrorName(-errno), "");
  }
  if (/connection closed|end of file/.test(text)) {
    return named(SocketError, "UND_ERR_SOCKET", "other side closed", { socket: null });
  }
  if (/invalid HTTP|parsed/.test(text)) {
    const message = "Response does not match the HTTP/1.1 protocol (Expected HTTP/)";
    return named(HTTPParserError, "HPE_INVALID_CONSTANT", message, { data: undefined });
  }
  return undefined;
}

function retold(error, message, cause) {
  const { stack, message: before } = error;
  error.message = message;
  error.stack = stack?.replace(before, message);
  Object.defineProperty(error, "cause", { value: cause, writable: true, configurable: true });
  return error;
}

async function asInNode(error, input, init) {
  if (!(error instanceof TypeError)) return error;
  const said = wordsFor(error.message, init);
  if (said) return Object.assign(error, { stack: error.stack?.replace(error.message, said), message: said });
  const redirect = REDIRECTS.find(([pattern]) => pattern.test(error.message));
  if (redirect) return retold(error, "fetch failed", new Error(redirect[1]));
  const text = String(input?.url ?? input);
  if (error.message.startsWith("Invalid URL")) {
    try {
      new URL(text);
    } catch (cause) {
      return retold(error, `Failed to parse URL from ${text}`, cause);
    }
  }
  if (/^Requests? to port .* blocked|^Fetch failed: Requests to port/.test(error.message)) {
    return retold(error, "fetch failed", new Error("bad port"));
  }
  if (/^Url scheme .* not supported/.test(error.message)) {
    return retold(error, "fetch failed", new Error("unknown scheme"));
  }
  if (error.message !== "fetch failed" || !error.cause) return error;
  const cause = await causeOf(String(error.cause.message), new URL(text));
  return cause ? retold(error, "fetch failed", cause) : error;
}

function refuseCredentials(input) {
  const text = String(input?.url ?? input);
  const url = URL.canParse(text) && new URL(text);
  if (url && (url.username || url.password)) {
    throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
  }
}

/// A query may hold a password.
const withoutQuery = (input) => String(input?.url ?? input).split(/[?#]/)[0];

async function fetch(input, init = undefined) {
  refuseCredentials(input);
  const method = String(init?.method ?? (input instanceof Request ? input.method : "GET"));
  const arrived = waitFor(`the answer to ${method} ${withoutQuery(input)}`);
  try {
    if (isUnchecked(input)) return await fetchUnchecked(input, init);
    return await engineFetch(input, { ...init, ...clientFor(method) });
  } catch (error) {
    throw await asInNode(error, input, init);
  } finally {
    arrived();
  }
}

Object.defineProperty(globalThis, "fetch", {
  value: fetch,
  enumerable: true,
  writable: true,
  configurable: true,
});

/// As Node.js tells of a connection that ended in the middle of an answer.
function interrupted(error) {
  if (Object.hasOwn(BODIES, error?.message ?? "")) error.message = BODIES[error.message];
  if (!(error instanceof TypeError) || !error.message.includes("body from connection")) return error;
  return retold(error, "terminated", named(SocketError, "UND_ERR_SOCKET", "other side closed", { socket: null }));
}

for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
  const read = Response.prototype[name];
  Response.prototype[name] = { async [name]() {
    try {
      return await read.call(this);
    } catch (error) {
      throw interrupted(error);
    }
  } }[name];
}

const { abort } = AbortController.prototype;
AbortController.prototype.abort = function (reason = new DOMException("This operation was aborted", "AbortError")) {
  return abort.call(this, reason);
};
