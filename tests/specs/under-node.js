// Runs a case's script under Node.js as the documented contract says, without any of the sandbox's code.
// The task is the first argument; prints what came of each run.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const task = JSON.parse(process.argv[2]);
const FIELDS = ["name", "message", "code", "user_id", "description"];

function globalError(name, assign) {
  globalThis[name] = function (...args) {
    const error = new.target ? this : Object.create(globalThis[name].prototype);
    Error.captureStackTrace(error);
    assign(error, ...args);
    return error;
  };
  globalThis[name].prototype = Object.create(Error.prototype, { name: { value: name } });
}
globalError("WrongUsernameOrPasswordError", (error, user_id, message) =>
  Object.assign(error, { code: "wrongusernameorpassword", user_id, message, statusCode: 400 }),
);
globalError("ValidationError", (error, code, message) =>
  Object.assign(error, { code, message, description: message, statusCode: 400 }),
);
globalError("UnauthorizedError", (error, message) =>
  Object.assign(error, { code: "unauthorized", message, description: message, statusCode: 401 }),
);
globalThis.configuration = Object.freeze(task.configuration);
globalThis.require = createRequire(path.join(__dirname, "../../sandbox/node_modules/script.js"));
for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = () => {};

const said = task.runs.map(() => "nothing");
const open = new Set();

function told(error) {
  if (typeof error !== "object" || error === null) return { name: "Error", message: String(error) };
  const text = (value) => (value === undefined || value === null ? undefined : String(value));
  const fields = FIELDS.map((field) => [field, text(error[field])]);
  return { name: "Error", message: "", ...JSON.parse(JSON.stringify(Object.fromEntries(fields))) };
}

function start(index) {
  const { arguments: given, context } = task.runs[index];
  return new Promise((resolve) => {
    const end = (what) => {
      if (!open.delete(end)) return;
      said[index] = what;
      resolve();
    };
    open.add(end);
    const fail = (error) => end({ answer: { error: told(error) } });
    const callback = (error, value) => {
      if (error) return fail(error);
      try {
        end({ answer: { error: null, value: JSON.parse(JSON.stringify(value) ?? "null") } });
      } catch (reason) {
        end({ unusable: reason.message });
      }
    };
    try {
      script ??= vm.runInThisContext(`(${task.script.replace(/[\s;]+$/, "")}\n)`, { filename: task.file });
      const extra = script.length === task.arity + 1 ? [context] : [];
      Promise.resolve(script.apply(null, [...given, ...extra, callback])).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}

let script;
const endAll = (what) => [...open].forEach((end) => end(what));
process.on("uncaughtException", (error) => endAll({ answer: { error: told(error) } }));
process.on("beforeExit", () => endAll("nothing"));
process.on("exit", () => process.stdout.write(JSON.stringify(said)));

(async () => {
  if (task.together) task.runs.forEach((_, index) => start(index));
  else for (const index of task.runs.keys()) await start(index);
})();
