// Runs a case's script under Node.js as the documented contract says, without any of the sandbox's code.
// The task is the first argument; prints what came of each run.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const { defineErrors, plain, scriptOf, told } = require("./stand-in.js");

const task = JSON.parse(process.argv[2]);

defineErrors();
globalThis.configuration = Object.freeze(task.configuration);
globalThis.require = createRequire(path.join(__dirname, "../../sandbox/node_modules/script.js"));
for (const level of ["debug", "log", "info", "warn", "error"]) console[level] = () => {};

const said = task.runs.map(() => "nothing");
const open = new Set();

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
        end({ answer: { error: null, value: plain(value) } });
      } catch (reason) {
        end({ unusable: reason.message });
      }
    };
    try {
      script ??= scriptOf(task.script, task.file, globalThis.require);
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
