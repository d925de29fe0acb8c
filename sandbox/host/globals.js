// The global object has the names that Node.js has. A browser's are in the way: packages take them for
// signs of a browser, and what a script keeps as `global.closed` or `global.name` would be lost.
import { isOpen } from "trickle:host/ops.js";

const FOREIGN = [
  "Cache", "CacheStorage", "EventSource", "FileReader", "Location", "Lock", "LockManager", "NavigatorUAData",
  "PromiseRejectionEvent", "ProgressEvent", "Storage", "Window", "Worker",
  "alert", "caches", "close", "closed", "confirm", "createImageBitmap", "localStorage", "location", "name", "nodeBootstrap",
  "onbeforeunload", "onerror", "onload", "onunhandledrejection", "onunload", "prompt", "self", "sessionStorage",
];
const FOREIGN_FAMILIES = /^(?:DOM(?!Exception)|GPU|Image)/;

// What Node's own modules use. Functions that write are here so that they throw the engine's EACCES.
const KEPT = [
  "args", "build", "chmod", "chmodSync", "chown", "chownSync", "copyFile", "copyFileSync", "cpuUsage", "cwd", "env",
  "errors", "execPath", "gid", "hostname", "link", "linkSync", "loadavg", "lstat", "lstatSync", "mainModule", "memoryUsage",
  "mkdir", "mkdirSync", "networkInterfaces", "noColor", "osRelease", "pid", "ppid", "readDir", "readDirSync", "readLink",
  "readLinkSync", "realPath", "realPathSync", "remove", "removeSync", "rename", "renameSync", "stat", "statSync",
  "symlink", "symlinkSync", "systemMemoryInfo", "uid", "utime", "utimeSync", "version", "watchFs",
];

/// The engine's namespace with what is kept. Packages listen for signals, which nobody sends.
function rest(namespace) {
  const consoleSize = () => ({ columns: 80, rows: 24 });
  const kept = { __proto__: null, addSignalListener() {}, consoleSize, removeSignalListener() {} };
  for (const name of KEPT) {
    const property = Object.getOwnPropertyDescriptor(namespace, name);
    if (property) Object.defineProperty(kept, name, property);
  }
  return Object.freeze(kept);
}

/// Removes what Node.js does not have.
export function hideForeignGlobals() {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (FOREIGN.includes(name) || FOREIGN_FAMILIES.test(name)) delete globalThis[name];
  }
  // By another tag packages take themselves to be in a browser.
  Object.defineProperty(globalThis, Symbol.toStringTag, { value: "global", configurable: true });
  Object.defineProperty(globalThis, "Deno", { value: isOpen ? Deno : rest(Deno), configurable: true });
  // Node's own modules tell of errors in a socket's events by it.
  Object.defineProperty(globalThis, "reportError", { enumerable: false, writable: false, configurable: false });
}
