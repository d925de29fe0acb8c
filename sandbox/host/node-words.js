// What the web's functions say when they fail, which scripts pass on: in the words of Node.js.
const { abort } = AbortSignal;
AbortSignal.abort = function (reason = new DOMException("This operation was aborted", "AbortError")) {
  return abort.call(this, reason);
};

const { atob, btoa } = globalThis;

function invalid(message) {
  return new DOMException(message, "InvalidCharacterError");
}

function coder(name, value) {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
}
coder("atob", (input, ...rest) => {
  try {
    return atob(input, ...rest);
  } catch (error) {
    if (error?.name !== "InvalidCharacterError") throw error;
    throw invalid(/[^A-Za-z0-9+/=\s]/.test(`${input}`) ? "Invalid character" : "The string to be decoded is not correctly encoded.");
  }
});
coder("btoa", (input, ...rest) => {
  try {
    return btoa(input, ...rest);
  } catch (error) {
    throw error?.name === "InvalidCharacterError" ? invalid("Invalid character") : error;
  }
});
