// The global `crypto` of the old sandbox: Node's module, whose ciphers take keys as binary strings. What browsers
// call `crypto` is in it as well, for code that expects that.
import crypto from "node:crypto";

const { webcrypto } = crypto;
const binary = (value) => (typeof value === "string" ? Buffer.from(value, "latin1") : value);

// The engine's own asks the global `crypto`, which scripts replace, also by the module: it would ask itself.
crypto.randomUUID = () => webcrypto.randomUUID();

/// The module with ciphers of the old kind.
export function oldCrypto() {
  const old = Object.create(Object.getPrototypeOf(webcrypto), Object.getOwnPropertyDescriptors(crypto));
  for (const name of ["createCipheriv", "createDecipheriv"]) {
    old[name] = (algorithm, key, iv, options) => crypto[name](algorithm, binary(key), binary(iv), options);
  }
  Object.defineProperties(old, {
    subtle: { value: webcrypto.subtle },
    getRandomValues: { value: (array) => webcrypto.getRandomValues(array) },
  });
  return old;
}
