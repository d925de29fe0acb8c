// `fetch` while scripts have set `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'`: the engine's own cannot do without
// checks for one request, node:https can.
import { Buffer } from "node:buffer";
import process from "node:process";
import { Readable } from "node:stream";
import { modulesRequire } from "trickle:host/packages.js";

const { Headers, Request, Response } = globalThis;
const BODILESS = [101, 204, 205, 304];

/// Whether a request goes out without checks.
export function isUnchecked(input) {
  return process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0" && /^https:/i.test(String(input?.url ?? input));
}

function failure({ message, code, errno }) {
  const cause = Object.assign(new Error(message.replace(/^request to .* failed, reason: /, "")), { code, errno });
  return new TypeError("fetch failed", { cause });
}

function asResponse({ status, statusText, headers, body, url, redirected }) {
  const lines = new Headers();
  for (const [name, values] of Object.entries(headers.raw())) {
    for (const value of values) lines.append(name, value);
  }
  const stream = BODILESS.includes(status) ? null : Readable.toWeb(body);
  const response = new Response(stream, { status, statusText, headers: lines });
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
}

/// As `fetch`.
export async function fetchUnchecked(input, init) {
  const request = new Request(input, init);
  const { method, redirect, signal, url } = request;
  const body = request.body ? Buffer.from(await request.arrayBuffer()) : undefined;
  const headers = Object.fromEntries(request.headers);
  try {
    return asResponse(await modulesRequire("node-fetch")(url, { method, headers, body, redirect, signal }));
  } catch (error) {
    throw signal.aborted ? signal.reason : failure(error);
  }
}
