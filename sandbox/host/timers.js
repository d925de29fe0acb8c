// Timers whose errors belong to the run that set them: the engine reports them after it has left the run.
import timers from "node:timers";
import { promisify } from "node:util";

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

for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
  const original = timers[name];
  const set = (work, ...rest) => original(typeof work === "function" ? attributed(work) : work, ...rest);
  Object.defineProperty(set, "name", { value: name });
  if (original[promisify.custom]) {
    Object.defineProperty(set, promisify.custom, { value: original[promisify.custom] });
  }
  timers[name] = set;
  globalThis[name] = set;
}
