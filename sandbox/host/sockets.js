// Events of a socket belong to the run that opened it: the engine delivers them outside of any run.
import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { currentRun } from "trickle:host/run.js";

const openers = new WeakMap();
const { connect, emit } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  if (!openers.has(this)) openers.set(this, AsyncLocalStorage.snapshot());
  return connect.apply(this, args);
};

Socket.prototype.emit = function (...args) {
  const opener = currentRun() ? undefined : openers.get(this);
  return opener ? opener(() => emit.apply(this, args)) : emit.apply(this, args);
};
