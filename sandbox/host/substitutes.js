// Packages that the host serves itself: native ones, which cannot load in the sandbox, and small ones whose
// licence says too little or too much.
import { argon2 } from "trickle:host/argon2.js";
import { bcrypt } from "trickle:host/bcrypt.js";
import { EasyPbkdf2, EasyPbkdf2Of0 } from "trickle:host/easy-pbkdf2.js";
import { wordpressHash } from "trickle:host/wordpress-hash.js";

const substitutes = new Map([
  ["argon2", () => argon2],
  ["bcrypt", () => bcrypt],
  ["easy-pbkdf2", (pin) => (/^\D*0(?:\D|$)/.test(pin ?? "") ? EasyPbkdf2Of0 : EasyPbkdf2)],
  ["wordpress-hash-node", () => wordpressHash],
]);

/// What stands in for a package, or undefined; of one that has changed, in the version that the pin names.
export const substituteFor = (name, pin) => substitutes.get(name)?.(pin);

/// The packages' names.
export const substituted = () => [...substitutes.keys()];
