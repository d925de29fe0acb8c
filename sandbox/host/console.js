// The console goes to the pool, line by line, within a budget for each run.
import { Console } from "node:console";
import { Writable } from "node:stream";
import { format } from "node:util";
import { op_trickle_console } from "trickle:host/ops.js";
import { isHostFrame, withPlainNames } from "trickle:host/errors.js";
import { currentRun } from "trickle:host/run.js";

const background = { id: -1, consoleLines: 0 };
let budget = { lines: 0, bytes: 0, flood: Infinity };
let flooded;

/// Sets how many lines of how many bytes of a run are kept, and how many it may write.
export function setConsoleBudget(lines, bytes, flood) {
  budget = { lines, bytes, flood };
}

/// Sets who is told of a run that wrote more.
export function onFlood(handler) {
  flooded = handler;
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
    } else if (run.consoleLines > budget.flood && run !== background) {
      flooded(run);
      return;
    }
  }
}

/// Lines of a run that did not fit its budget.
export function linesDropped(run) {
  return Math.max(0, run.consoleLines - budget.lines);
}

// Node's own console formats what is more than a line of text.
let level = "log";
const sink = new Writable({
  decodeStrings: false,
  write(chunk, _encoding, done) {
    write(level, String(chunk).replace(/\n$/, ""));
    done();
  },
});
const nodes = new Console({ stdout: sink, stderr: sink, colorMode: false });
let groups = 0;

const LEVELS = {
  assert: "warn", count: "log", countReset: "warn", debug: "debug", dir: "log", dirxml: "log", error: "error", group: "log", groupCollapsed: "log",
  groupEnd: "log", info: "info", log: "log", table: "log", time: "log", timeEnd: "log", timeLog: "log", trace: "error", warn: "warn",
};
const DEPTHS = { group: 1, groupCollapsed: 1, groupEnd: -1 };

for (const [name, methodLevel] of Object.entries(LEVELS)) {
  const isLine = name === methodLevel;
  console[name] = (...args) => {
    if (isLine && groups === 0) return write(methodLevel, format(...args));
    level = methodLevel;
    nodes[name](...args);
    groups = Math.max(0, groups + (DEPTHS[name] ?? 0));
  };
}
console.clear = () => {};
