// Scripts that pass `JSON.stringify(error)` on, and firebase-admin, which copies an error's own keys:
// the engine's errors carry `name` and `toString` as enumerable properties.
import { createCipheriv } from "node:crypto";

function hidden(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true });
}

/// Lets the engine's constructors set `name` as a property that does not enumerate.
function hide(prototype, name, value, then) {
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get: () => value,
    set(own) {
      hidden(this, name, own);
      then?.(this, own);
    },
  });
}

/// The class that all errors with a code of Node.js have in common is not exported.
function baseOfCodedErrors() {
  try {
    createCipheriv("no such cipher", "", "");
  } catch (error) {
    let prototype = Object.getPrototypeOf(error);
    while (Object.getPrototypeOf(prototype) !== Error.prototype) {
      prototype = Object.getPrototypeOf(prototype);
    }
    return prototype;
  }
}

const natives = { TypeError, RangeError, SyntaxError };
hide(baseOfCodedErrors(), "name", "Error", (error, name) => {
  hidden(error, "constructor", natives[name] ?? Error);
});
for (const { prototype } of Object.values(natives)) {
  hide(prototype, "toString", Error.prototype.toString);
}
