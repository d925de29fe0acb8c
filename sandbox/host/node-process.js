// Packages read `process.env` while they load and scripts write to it (`process.env.TZ = …`); drivers
// compare `process.version`; loggers write to `process.stdout`.
import process from "node:process";
import { Readable, Writable } from "node:stream";
import { writeConsole } from "trickle:host/console.js";
import { isOpen } from "trickle:host/ops.js";

const RELEASES = {
  18: { node: "18.20.8", modules: "108" },
  20: { node: "20.20.2", modules: "115" },
  22: { node: "22.22.0", modules: "127" },
};
const MAJOR_DEFAULT = 22;

const { parse } = JSON;

/// Node.js tells line and column of what is no JSON since version 22.
const parseBefore22 = function parse_(text, reviver) {
  try {
    return parse(text, reviver);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const message = error.message.replace(/ \(line \d+ column \d+\)$/, "");
      error.stack = error.stack.replace(error.message, message);
      error.message = message;
    }
    throw error;
  }
};
Object.defineProperty(parseBefore22, "name", { value: "parse" });

/// What `process.version` and `process.versions` say: 18, 20 or 22. The language is always the engine's.
export function setNodeVersion(major = MAJOR_DEFAULT) {
  JSON.parse = major < 22 ? parseBefore22 : parse;
  const release = RELEASES[major] ?? RELEASES[MAJOR_DEFAULT];
  process.version = `v${release.node}`;
  Object.assign(process.versions, release);
}

// What the engine asks for a permission that nobody has.
Object.defineProperty(process, "debugPort", { value: 9229, writable: true, enumerable: true, configurable: true });
Object.assign(process, {
  umask: () => 0o22,
  getegid: () => 1000,
  constrainedMemory: () => 0,
  availableMemory: () => 2 ** 30,
});

// Packages that find these take themselves to be in another runtime.
for (const name of ["deno", "typescript"]) delete process.versions[name];
setNodeVersion();

/// Values are text, as in the environment of a process; nothing outside of the isolate is touched.
process.env = new Proxy(
  {},
  {
    set(target, name, value, receiver) {
      if (typeof name === "symbol" || typeof value === "symbol") {
        throw new TypeError("Cannot convert a Symbol value to a string");
      }
      return Reflect.set(target, name, `${value}`, receiver);
    },
    defineProperty: (target, name, { value }) =>
      Reflect.defineProperty(target, name, {
        value: `${value}`,
        writable: true,
        enumerable: true,
        configurable: true,
      }),
  },
);

process.argv = ["/usr/bin/node", "/action-script.js"];
process.execPath = "/usr/bin/node";
Object.defineProperty(process, "config", { value: { target_defaults: {}, variables: {} }, configurable: true });

// The engine's internals, among them sockets by descriptor. Packages that probe for them catch this.
if (!isOpen) {
  process.binding = (name) => {
    throw new Error(`No such module: ${name}`);
  };
}

for (const [name, fd, level] of [
  ["stdout", 1, "log"],
  ["stderr", 2, "error"],
]) {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      writeConsole(level, String(chunk).replace(/\n$/, ""));
      done();
    },
  });
  Object.assign(stream, { fd, _isStdio: true });
  Object.defineProperty(process, name, { value: stream, enumerable: true, configurable: true });
}

process.stdin = Object.assign(Readable.from([]), { fd: 0 });

function refuse(name) {
  const error = new Error(`action scripts cannot end processes (process.${name}); call the callback to end the run`);
  error.code = "ERR_ACCESS_DENIED";
  throw error;
}

// The process is that of all runs of the connection.
for (const name of isOpen ? [] : ["abort", "exit", "kill", "reallyExit", "_kill"]) {
  process[name] = Object.defineProperty((pid, signal) => {
    // Whether a process exists; a package asks that of itself.
    if (name === "kill" && pid === process.pid && signal === 0) return true;
    return refuse(name);
  }, "name", { value: name });
}
if (!isOpen) {
  process.dlopen = () => {
    throw Object.assign(new Error("the sandbox loads JavaScript only (process.dlopen)"), { code: "ERR_ACCESS_DENIED" });
  };
}

// What old packages are deprecated for is not news for the author of a script.
process.noDeprecation = true;
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "DeprecationWarning") writeConsole("warn", `${warning.name}: ${warning.message}`);
});
