// Native classes that are not on the list: their methods throw. Nothing of the engine is asked for by name here,
// so a class that a later version of it brings along is closed as well.
import { primordials } from "ext:core/mod.js";
import * as ops from "ext:core/ops";

const { Error } = primordials;

/// What Node's own modules take for "not permitted" (libuv's number for EACCES).
const UV_EACCES = -13;

function refuse(what) {
  const error = new Error(`EACCES: the sandbox has no ${what}`);
  error.code = "EACCES";
  throw error;
}

function close(owner, name, answer) {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (property.get || property.set) {
    Object.defineProperty(owner, name, { get: answer, set: undefined, enumerable: property.enumerable });
  } else if (typeof property.value === "function") {
    // Writable: Node's own modules put wrappers over some of them.
    Object.defineProperty(owner, name, { value: answer, writable: true, configurable: false });
  }
}

function closeClass(name, native) {
  for (const owner of [native, native.prototype].filter(Boolean)) {
    for (const key of Object.getOwnPropertyNames(owner)) {
      if (["constructor", "length", "name", "prototype"].includes(key)) continue;
      close(owner, key, () => refuse(`${name}.${key}`));
    }
  }
}

// What ends a handle, or keeps the event loop alive, must work on those that do nothing else.
const HARMLESS = ["close", "constructor", "hasRef", "ref", "unref"];

function silence({ class: name, methods }) {
  const { prototype } = ops[name];
  const all = Object.getOwnPropertyNames(prototype).filter((key) => !HARMLESS.includes(key));
  for (const key of methods ?? all) {
    if (typeof Object.getOwnPropertyDescriptor(prototype, key)?.value !== "function") {
      if (methods) throw new Error(`ops.toml: ${name} has no method ${key}`);
      continue;
    }
    close(prototype, key, () => UV_EACCES);
  }
}

/// Closes the classes that `ops.toml` does not list.
export function closeClasses({ classes, inert }) {
  const native = Object.keys(ops).filter((name) => !name.startsWith("op_") && typeof ops[name] === "function");
  const unknown = [...classes, ...inert.map((entry) => entry.class)].filter((name) => !native.includes(name));
  if (unknown.length > 0) throw new Error(`ops.toml: the engine has no class ${unknown.join(", ")}`);
  const open = new Set([...classes, ...inert.map((entry) => entry.class)]);
  for (const name of native) {
    if (!open.has(name)) closeClass(name, ops[name]);
  }
  for (const entry of inert) silence(entry);
}
