// Where a run that does not answer is waiting, for the author of its script.
import { lineIn } from "trickle:host/errors.js";
import { currentRun } from "trickle:host/run.js";
import { linksOf } from "trickle:host/sockets.js";
import { timersOf } from "trickle:host/timers.js";

const PLACES_MAX = 8;

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/// Notes what a run waits for until the function is called that this gives.
export function waitFor(what) {
  const run = currentRun();
  if (!run) return () => {};
  const item = { what, since: Date.now() };
  run.pending ??= new Set();
  run.pending.add(item);
  return () => run.pending.delete(item);
}

function state(link) {
  const { peer, host, address } = link;
  if (!link.connected && !link.path && !address && link.socket.connecting && /[a-z]/i.test(host) && !host.includes(":")) {
    return `the address of ${host}, asked for ${seconds(link.opened)} ago`;
  }
  const at = address && address !== host ? `${peer} (${address})` : peer;
  if (!link.connected) return `a connection to ${at}, begun ${seconds(link.opened)} ago`;
  const top = link.outer ?? link.socket;
  if (top.encrypted && top.secureConnecting) return `the TLS handshake with ${at}, begun ${seconds(link.opened)} ago`;
  if (link.wroteAt !== undefined && !link.quiet) {
    const received = link.readAt === undefined ? "nothing received" : `last received ${seconds(link.readAt)} ago`;
    return `an answer from ${at}, last sent ${seconds(link.wroteAt)} ago, ${received}`;
  }
  const idle = link.readAt === undefined ? "nothing sent or received" : `last received ${seconds(link.readAt)} ago`;
  return `${at}, an open connection, ${idle}`;
}

function ofLink(link) {
  const line = lineIn(link.stack);
  return line ? `${state(link)} (opened in line ${line})` : state(link);
}

function ofTimer({ name, delay, since }) {
  const kind = name === "setInterval" ? "an interval" : "a timer";
  return `${kind} of ${Number(delay) || 0} ms, set ${seconds(since)} ago`;
}

/// The places, most telling first.
export function placesOf(run) {
  const pending = [...(run.pending ?? [])].map(({ what, since }) => `${what}, begun ${seconds(since)} ago`);
  return [...linksOf(run).map(ofLink), ...pending, ...timersOf(run).map(ofTimer)].slice(0, PLACES_MAX);
}
