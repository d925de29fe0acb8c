// Binds the worker to its connection and runs its scripts.
import "trickle:host/node.js";
import { op_trickle_answer, op_trickle_begin, op_trickle_waiting } from "trickle:host/ops.js";
import {
  describeError,
  slotIn,
  UnauthorizedError,
  ValidationError,
  WrongUsernameOrPasswordError,
} from "trickle:host/errors.js";
import { plain, TooLong, Unusable } from "trickle:host/plain.js";
import { hideForeignGlobals } from "trickle:host/globals.js";
import { installLegacyGlobals } from "trickle:host/legacy/globals.js";
import { CompileError, scriptFunction } from "trickle:host/script.js";
import { scriptRequire } from "trickle:host/modules.js";
export { preload } from "trickle:host/preload.js";
import { holderOf, rest, takeCopy } from "trickle:host/copies.js";
import { setNodeVersion } from "trickle:host/node-process.js";
import { linesDropped, onFlood, setConsoleBudget } from "trickle:host/console.js";
import { currentRun, inRun, open } from "trickle:host/run.js";
import { linksOf, linksOpen, releaseSockets } from "trickle:host/sockets.js";
import { later, onUncaught } from "trickle:host/timers.js";
import { placesOf } from "trickle:host/waiting.js";

/// So many open sockets are a leak more likely than work after the callback.
const MANY_SOCKETS = 32;
const SHORT_GRACE_MS = 500;

let scripts = {};
let answerBytes = 0;
let graceMs = 0;
const { parse, stringify } = JSON;
const functionText = Function.prototype.toString;

for (const [name, value] of Object.entries({
  WrongUsernameOrPasswordError,
  ValidationError,
  UnauthorizedError,
})) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
// Scripts cache tokens and clients here; it lives as long as the worker.
globalThis.global = globalThis;
hideForeignGlobals();
installLegacyGlobals();

/// Takes over scripts, configuration and limits of the connection.
export function bind(binding) {
  ({ scripts } = binding);
  answerBytes = binding.answer_bytes;
  graceMs = binding.grace_ms;
  setNodeVersion(binding.node_version);
  setConsoleBudget(binding.console_lines, binding.console_line_bytes, binding.console_flood_lines);
  Object.defineProperty(globalThis, "configuration", {
    value: Object.freeze({ ...binding.configuration }),
    enumerable: true,
  });
}

function answer(run, kind, payload) {
  if (!open.delete(run.id)) return;
  if (run.copy) rest(run.copy);
  // As text, because JSON has one kind of numbers and the way to Rust has three.
  const text = kind === "unusable" ? payload : stringify(payload);
  op_trickle_answer(run.id, kind, text, linesDropped(run));
  if (linksOpen() > 0) outlive(run);
}

/// Sockets of a run count until its time for work after the callback is over.
function outlive(run) {
  if (linksOf(run).length === 0) return;
  later(() => {
    run.over = true;
    releaseSockets(run);
  }, linksOpen() > MANY_SOCKETS ? SHORT_GRACE_MS : graceMs);
}

function succeed(run, value) {
  if (!open.has(run.id)) return;
  let payload;
  try {
    payload = plain(value, answerBytes);
  } catch (error) {
    if (error instanceof TooLong) {
      answer(run, "over", ["answer", error.bytes]);
      return;
    }
    const reason = error instanceof Unusable ? error.message : `reading the result failed: ${error}`;
    answer(run, "unusable", reason);
    return;
  }
  answer(run, "value", payload);
}

function fail(run, error) {
  if (!open.has(run.id)) return;
  answer(run, "error", describeError(error));
}

/// What comes from Rust has no prototype; scripts call `user.hasOwnProperty(…)`.
const ordinary = (value) => parse(stringify(value));

/// The script's function, or undefined after the run has failed.
function scriptOf(run) {
  const text = scripts[run.action];
  if (text === undefined) {
    fail(run, new Error(`the connection has no ${run.action} script`));
    return undefined;
  }
  run.copy = takeCopy(run, run.quiet);
  return scriptFunction(text, run.copy, scriptRequire);
}

const CALLBACK = /^(?:callback|cb|done|next)$/;

/// Only a script that declares one more parameter than documented knows `context`, and not where it has its callback in the
/// documented place: `login(email, password, callback, tries)` has a parameter of its own.
function knowsContext(script, arity) {
  if (script.length !== arity + 1) return false;
  const [, list = ""] = /^[^(]*\(([^()]*)\)/.exec(functionText.call(script)) ?? [];
  const parameter = list.split(",")[arity - 1] ?? "";
  return !CALLBACK.test(parameter.replace(/\/\*.*?\*\//gs, "").trim());
}

/// Runs a script; `arity` is the documented number of parameters with the callback, `quiet`
/// whether nothing of earlier runs is left.
export function start(id, action, arity, args, context, quiet) {
  const run = { id, action, quiet, consoleLines: 0, began: Date.now() };
  open.set(id, run);
  inRun(run, () => {
    try {
      const script = scriptOf(run);
      if (!script) return;
      const callback = (error, value) => {
        if (error) fail(run, error);
        else succeed(run, value);
      };
      const given = ordinary(knowsContext(script, arity) ? [...args, context] : args);
      given.push(callback);
      // Nothing in between: a debugger stops in the next function that is called.
      op_trickle_begin(action);
      const result = script.apply(null, given);
      // What the callback keeps alive should not be the password.
      args = context = undefined;
      // The callback is the signal; of a promise only the rejection counts.
      if (typeof result?.then === "function") result.then(() => {}, (error) => fail(run, error));
    } catch (error) {
      if (error instanceof CompileError) {
        answer(run, "error", { name: "SyntaxError", message: error.message, ...error.position });
      } else {
        fail(run, error);
      }
    }
  });
}

/// Tells what a run waits for.
export function waiting(id) {
  const run = open.get(id);
  if (run) op_trickle_waiting(id, placesOf(run));
}

/// The id of the run whose code was stopped last, 0 where it is not known.
export const current = () => currentRun()?.id ?? 0;

/// Nothing is left to run: what has no answer now will never have one.
export function idle() {
  for (const run of [...open.values()]) {
    waiting(run.id);
    answer(run, "nothing", null);
  }
}

/// The engine reported an error that no handler saw: every open run has it.
export function crash(message) {
  for (const run of [...open.values()]) fail(run, new Error(message));
}

/// An error that nobody caught ends its run; where the run is not known, all open ones,
/// as it would end the process in Node.js.
function uncaught(error) {
  const id = holderOf(slotIn(error)) ?? currentRun()?.id;
  const runs = id === undefined ? [...open.values()] : [open.get(id)];
  // A run that has its answer is not open any more.
  for (const run of runs) if (run) fail(run, error);
}

/// Scripts may listen themselves, by `process.on` or in a domain.
function uncaughtInScript(error) {
  if (!process._fatalException(error)) uncaught(error);
}

onUncaught(uncaughtInScript);

const { emit } = process;
/// q tells of a rejection that nobody handles by this event alone.
process.emit = function (name, ...args) {
  if (name !== "unhandledRejection" || process.listenerCount(name) > 0) return emit.call(this, name, ...args);
  uncaughtInScript(args[0]);
  return true;
};
onFlood((run) => answer(run, "over", ["console", run.consoleLines]));
addEventListener("error", (event) => {
  event.preventDefault();
  // The engine's own listener would tell the script's a second time.
  event.stopImmediatePropagation();
  uncaughtInScript(event.error);
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  const { reason, promise } = event;
  if (process.listenerCount("unhandledRejection") > 0) process.emit("unhandledRejection", reason, promise);
  else uncaughtInScript(reason);
});
