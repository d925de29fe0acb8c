// Timers belong to the run that set them: the engine reports their errors after it has left the run.
import timers from "node:timers";
import { promisify } from "node:util";
import { currentRun } from "trickle:host/run.js";

const NOTED_MAX = 32;
const { setTimeout } = timers;
let report;

/// Sets who is told of errors that a timer's function throws.
export function onUncaught(reporter) {
  report = reporter;
}

function attributed(work) {
  return function (...args) {
    try {
      return work.apply(this, args);
    } catch (error) {
      report(error);
    }
  };
}

const isActive = ({ timer }) => !timer._destroyed;

function note(name, timer, delay) {
  const run = currentRun();
  if (!run) return;
  run.timers ??= [];
  if (run.timers.length >= NOTED_MAX) run.timers = run.timers.filter(isActive);
  if (run.timers.length < NOTED_MAX) run.timers.push({ name, timer, delay, since: Date.now() });
}

/// The timers that a run has set and that have not fired.
export const timersOf = (run) => run.timers?.filter(isActive) ?? [];

/// Does something later without anybody waiting for it.
export const later = (work, delay) => setTimeout(work, delay).unref();

for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
  const original = timers[name];
  const set = (work, ...rest) => {
    const timer = original(typeof work === "function" ? attributed(work) : work, ...rest);
    if (name !== "setImmediate") note(name, timer, rest[0]);
    return timer;
  };
  Object.defineProperty(set, "name", { value: name });
  if (original[promisify.custom]) {
    Object.defineProperty(set, promisify.custom, { value: original[promisify.custom] });
  }
  timers[name] = set;
  globalThis[name] = set;
}
