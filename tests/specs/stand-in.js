// What calls a script under Node.js, as the documented contract says, without any of the sandbox's code.
"use strict";
const vm = require("node:vm");

const FIELDS = ["name", "message", "code", "user_id", "description", "errno", "sqlState"];

function globalError(name, assign) {
  globalThis[name] = function (...args) {
    const error = new.target ? this : Object.create(globalThis[name].prototype);
    Error.captureStackTrace(error);
    assign(error, ...args);
    return error;
  };
  globalThis[name].prototype = Object.create(Error.prototype, { name: { value: name } });
}

/// Defines the error classes that scripts know.
exports.defineErrors = function defineErrors() {
  globalError("WrongUsernameOrPasswordError", (error, user_id, message) =>
    Object.assign(error, { code: "wrongusernameorpassword", user_id, message, statusCode: 400 }),
  );
  globalError("ValidationError", (error, code, message) =>
    Object.assign(error, { code, message, description: message, statusCode: 400 }),
  );
  globalError("UnauthorizedError", (error, message) =>
    Object.assign(error, { code: "unauthorized", message, description: message, statusCode: 401 }),
  );
};

/// An error as it is reported.
exports.told = function told(error) {
  if (typeof error !== "object" || error === null) return { name: "Error", message: String(error) };
  const text = (value) => (value === undefined || value === null ? undefined : String(value));
  const fields = FIELDS.map((field) => [field, text(error[field])]);
  return { name: "Error", message: "", ...JSON.parse(JSON.stringify(Object.fromEntries(fields))) };
};

/// The second argument of the callback after the JSON boundary.
exports.plain = (value) => JSON.parse(JSON.stringify(value) ?? "null");

/// The function that a text stands for: one expression, else its exports or its first function.
exports.scriptOf = function scriptOf(text, filename, require) {
  const source = text.replace(/^\uFEFF/, "").replace(/[\s;]+$/, "");
  const first = /^(?:async\s+)?function\s+(\w+)/m.exec(source)?.[1] ?? /^(?:const|let|var)\s+(\w+)\s*=/m.exec(source)?.[1];
  // Imports are looked up from the file's folder.
  const options = { filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const module = { exports: {} };
  let body;
  try {
    body = vm.compileFunction(`return (${source}\n);`, ["require", "module", "exports"], options);
  } catch {
    const end = first ? `\n;return ${first};` : "";
    body = vm.compileFunction(`${source}${end}`, ["require", "module", "exports"], options);
  }
  const value = body(require, module, module.exports);
  return typeof module.exports === "function" ? module.exports : value;
};
