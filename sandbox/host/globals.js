// The global object has the names that Node.js has. A browser's are in the way: packages take them for
// signs of a browser, and what a script keeps as `global.closed` or `global.name` would be lost.

const FOREIGN = [
  "Cache", "CacheStorage", "EventSource", "FileReader", "Location", "Lock", "LockManager", "NavigatorUAData",
  "PromiseRejectionEvent", "ProgressEvent", "Storage", "Window", "Worker",
  "alert", "caches", "close", "closed", "confirm", "createImageBitmap", "localStorage", "location", "name", "nodeBootstrap",
  "onbeforeunload", "onerror", "onload", "onunhandledrejection", "onunload", "prompt", "self", "sessionStorage",
];
const FOREIGN_FAMILIES = /^(?:DOM(?!Exception)|GPU|Image)/;

/// Removes what Node.js does not have.
export function hideForeignGlobals() {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (FOREIGN.includes(name) || FOREIGN_FAMILIES.test(name)) delete globalThis[name];
  }
  // Node's own modules need them: the one to work at all, the other to tell of errors in a socket's events.
  Object.defineProperty(globalThis, "Deno", { enumerable: false });
  Object.defineProperty(globalThis, "reportError", { enumerable: false, writable: false, configurable: false });
}
