// Scripts that check `error.code === 'ERR_INVALID_URL'` around `new URL(configuration.url)` or axios.
import url from "node:url";

const { URL } = globalThis;

function asInNode(error, [input, base]) {
  if (!(error instanceof TypeError) || !error.message.startsWith("Invalid URL")) return error;
  const told = new TypeError("Invalid URL");
  Error.captureStackTrace(told, CodedURL);
  told.code = "ERR_INVALID_URL";
  told.input = `${input}`;
  if (base !== undefined) told.base = `${base}`;
  return told;
}

const CodedURL = new Proxy(URL, {
  construct(target, args, newTarget) {
    try {
      return Reflect.construct(target, args, newTarget === CodedURL ? target : newTarget);
    } catch (error) {
      throw asInNode(error, args);
    }
  },
});

Object.defineProperty(URL.prototype, "constructor", {
  value: CodedURL,
  writable: true,
  configurable: true,
});
Object.defineProperty(globalThis, "URL", { value: CodedURL, writable: true, configurable: true });
url.URL = CodedURL;
