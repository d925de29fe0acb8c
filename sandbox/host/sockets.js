// Sockets and the runs that they belong to. The engine delivers their events outside of any run, and keeps a
// worker waiting for a connection that a script has left open.
import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { constants } from "node:os";
import process from "node:process";
import { setImmediate } from "node:timers";
import { isOpen } from "trickle:host/ops.js";
import { currentRun, open } from "trickle:host/run.js";

/// A connection that nobody uses is closed when so many runs have opened one of their own to the same peer.
const SPARED = 3;
const { errno: ERRNOS } = constants;
const links = new Map();
const openers = new WeakMap();
const { connect, emit, push, _writeGeneric } = Socket.prototype;
const { nextTick } = process;

/// What is known of an open socket.
class Link {
  constructor(socket, target) {
    Object.assign(this, target);
    this.socket = socket;
    this.run = currentRun();
    this.opened = this.touched = Date.now();
    // Runs that may wait for it.
    this.holders = new Set(this.run && !this.run.over ? [this.run] : []);
    this.quiet = this.connected = this.loosened = false;
    this.unused = 0;
    // The stack's text is made only where somebody asks.
    Error.captureStackTrace(this, Socket.prototype.connect);
  }

  get peer() {
    return this.path ?? `${this.host}:${this.port}`;
  }

  /// TLS over a socket that was there before has an outer one.
  get ends() {
    return this.outer ? [this.outer, this.socket] : [this.socket];
  }

  read() {
    this.touched = this.readAt = Date.now();
    this.quiet = true;
    this.loosen();
  }

  written() {
    this.touched = this.wroteAt = Date.now();
    this.quiet = false;
    this.unused = 0;
    const run = currentRun();
    // A run that is over writes for those that are not: a queue that they share.
    if (run && !run.over) this.holders.add(run);
    else for (const waiting of open.values()) this.holders.add(waiting);
    if (!this.loosened) return;
    this.loosened = false;
    for (const end of this.ends) end.ref();
  }

  /// A run that does not answer is noticed only when nothing else is open; what earlier runs left does not count.
  loosen() {
    if (this.loosened || !this.quiet || this.holders.size > 0) return;
    this.loosened = true;
    for (const end of this.ends) end.unref();
  }
}

function targetOf([first, second]) {
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options !== "object" || options === null) {
    if (typeof options === "string" && Number.isNaN(Number(options))) return { path: options };
    return { port: options, host: typeof second === "string" ? second : "localhost" };
  }
  return { port: options.port, host: options.host ?? "localhost", path: options.path || undefined };
}

function linkOf(socket) {
  const link = links.get(socket);
  if (link || !socket._parent) return link;
  const inner = links.get(socket._parent);
  if (inner) inner.outer = socket;
  return inner;
}

Socket.prototype.connect = function (...args) {
  if (!openers.has(this)) openers.set(this, AsyncLocalStorage.snapshot());
  const link = new Link(this, targetOf(args));
  links.set(this, link);
  if (!link.path || isOpen) return connect.apply(this, args);
  // There is no socket in the file system. Told once whoever opened this one has begun to listen, as Node.js does.
  const told = new Error(`connect ENOENT ${link.path}`);
  Object.assign(told, { errno: -ERRNOS.ENOENT, code: "ENOENT", syscall: "connect", address: link.path });
  this.connecting = true;
  setImmediate(() => this.destroy(told));
  return this;
};

function noted(socket, [event, error, address]) {
  const link = links.get(socket);
  if (!link) return;
  if (event === "close") links.delete(socket);
  else if (event === "lookup" && !error) link.address = address;
  else if (event === "connect") link.connected = link.quiet = true;
}

/// The engine calls these from native code that drops what they throw.
const FROM_NATIVE = new Set(["close", "connect", "ready"]);

/// Lets an error be uncaught, as part of the same run.
function rethrow(error) {
  globalThis.setImmediate(() => {
    throw error;
  });
}

function emitted(socket, args) {
  if (!FROM_NATIVE.has(args[0])) return emit.apply(socket, args);
  try {
    return emit.apply(socket, args);
  } catch (error) {
    rethrow(error);
    return true;
  }
}

Socket.prototype.emit = function (...args) {
  noted(this, args);
  const opener = currentRun() ? undefined : openers.get(this);
  return opener ? opener(() => emitted(this, args)) : emitted(this, args);
};

/// In Node.js a short write is over when `write` comes back. Here an answer may come sooner than the word that its question was
/// sent, for which packages wait: ldapjs gives a search to its caller only then.
const SHORT_BYTES = 64 << 10;
const unsettled = new WeakMap();

function bytesOf(writev, data) {
  return writev ? data.reduce((sum, { chunk }) => sum + chunk.length, 0) : data.length;
}

/// What arrives before the ticks have run that a write has left behind; the engine may read twice in a row without them.
const held = new WeakMap();
const outside = AsyncLocalStorage.snapshot();

function hold(socket) {
  if (held.has(socket)) return;
  const arrived = [];
  held.set(socket, arrived);
  nextTick(() => {
    held.delete(socket);
    for (const args of arrived) outside(() => push.apply(socket, args));
  });
}

Socket.prototype.push = function (...args) {
  linkOf(this)?.read();
  for (const settle of unsettled.get(this) ?? []) settle();
  const arrived = held.get(this);
  if (!arrived) return push.apply(this, args);
  arrived.push(args);
  return true;
};

Socket.prototype._writeGeneric = function (writev, data, encoding, done) {
  linkOf(this)?.written();
  if (!unsettled.has(this)) unsettled.set(this, new Set());
  const waiting = unsettled.get(this);
  let isOver = false;
  const settle = (...args) => {
    waiting.delete(settle);
    if (isOver) {
      if (args[0]) this.destroy(args[0]);
      return;
    }
    isOver = true;
    try {
      done(...args);
    } catch (error) {
      rethrow(error);
    }
  };
  if (bytesOf(writev, data) <= SHORT_BYTES) waiting.add(settle);
  const result = _writeGeneric.call(this, writev, data, encoding, settle);
  hold(this);
  return result;
};

/// The open sockets that a run may wait for.
export const linksOf = (run) => [...links.values()].filter((link) => link.run === run || link.holders.has(run));

/// How many sockets are open.
export const linksOpen = () => links.size;

/// The run's time is over: its sockets keep nothing waiting any more, and those that scripts never use again
/// are closed. A script that keeps its connection in `global` uses it in its next runs.
export function releaseSockets(run) {
  const peers = new Set();
  for (const link of links.values()) {
    if (link.run === run) peers.add(link.peer);
    link.holders.delete(run);
    link.loosen();
  }
  for (const link of links.values()) {
    const isLeft = link.run !== run && link.run?.over && link.holders.size === 0 && link.touched < run.began;
    if (!isLeft || !peers.has(link.peer)) continue;
    link.unused += 1;
    if (link.unused >= SPARED) link.socket.destroy();
  }
}
