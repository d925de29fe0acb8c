// The console goes to the pool, line by line, within a budget for each run.
import { format, inspect } from "node:util";
import { op_trickle_console } from "trickle:host/ops.js";
import { isHostFrame, withPlainNames } from "trickle:host/errors.js";
import { currentRun } from "trickle:host/run.js";

const background = { id: -1, consoleLines: 0 };
let budget = { lines: 0, bytes: 0 };

/// Sets how many lines of how many bytes a run may write.
export function setConsoleBudget(lines, bytes) {
  budget = { lines, bytes };
}

/// Writes lines as the console's method `level` does.
export function writeConsole(level, text) {
  write(level, text);
}

function write(level, text) {
  const run = currentRun() ?? background;
  for (const line of withPlainNames(text).split(/\r?\n/)) {
    if (isHostFrame(line)) continue;
    run.consoleLines += 1;
    if (run.consoleLines <= budget.lines) {
      op_trickle_console(run.id, level, line.slice(0, budget.bytes));
    }
  }
}

/// Lines of a run that did not fit its budget.
export function linesDropped(run) {
  return Math.max(0, run.consoleLines - budget.lines);
}

for (const level of ["debug", "log", "info", "warn", "error"]) {
  console[level] = (...args) => write(level, format(...args));
}
console.dir = (value, options) => write("log", inspect(value, { customInspect: false, ...options }));
console.table = (value) => write("log", inspect(value));
console.trace = (...args) => {
  const { stack } = new Error();
  write("error", `Trace: ${format(...args)}\n${stack.split("\n").slice(1).join("\n")}`);
};
console.assert = (condition, ...args) => {
  if (!condition) write("error", `Assertion failed${args.length ? `: ${format(...args)}` : ""}`);
};
console.group = console.groupCollapsed = (...args) => write("log", format(...args));
