// Old packages call what Node.js has dropped since they were written: `util.isString`, `fs.F_OK`,
// `timers.enroll`, `tls.SecureContext`.
import fs from "node:fs";
import timers from "node:timers";
import tls from "node:tls";
import util from "node:util";

const tag = (value) => Object.prototype.toString.call(value);

const checks = {
  isBoolean: (value) => typeof value === "boolean",
  isBuffer: (value) => globalThis.Buffer.isBuffer(value),
  isDate: (value) => util.types.isDate(value),
  isError: (value) => tag(value) === "[object Error]" || value instanceof Error,
  isFunction: (value) => typeof value === "function",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isObject: (value) => value !== null && typeof value === "object",
  isPrimitive: (value) => value === null || (typeof value !== "object" && typeof value !== "function"),
  isRegExp: (value) => util.types.isRegExp(value),
  isString: (value) => typeof value === "string",
  isSymbol: (value) => typeof value === "symbol",
  isUndefined: (value) => value === undefined,
};
for (const [name, check] of Object.entries(checks)) util[name] ??= check;
util._extend ??= (target, source) =>
  source !== null && typeof source === "object" ? Object.assign(target, source) : target;
util.log ??= (...args) => console.log(util.format(...args));

for (const name of ["F_OK", "R_OK", "W_OK", "X_OK"]) fs[name] ??= fs.constants[name];

tls.SecureContext ??= function SecureContext(_protocol, _flags, _minimum, _maximum) {
  return Object.setPrototypeOf(tls.createSecureContext(), new.target?.prototype ?? Object.prototype);
};

const pending = Symbol("timer");
const LONGEST = 2 ** 31 - 1;
timers.enroll ??= (item, delay) => {
  timers.unenroll(item);
  item._idleTimeout = Math.min(delay, LONGEST);
};
timers.unenroll ??= (item) => {
  clearTimeout(item[pending]);
  item._idleTimeout = -1;
};
timers._unrefActive ??= (item) => timers.active(item)?.unref();
timers.active ??= (item) => {
  clearTimeout(item[pending]);
  if (!(item._idleTimeout >= 0)) return undefined;
  const timer = setTimeout(() => item._onTimeout?.(), item._idleTimeout);
  Object.defineProperty(item, pending, { value: timer, configurable: true });
  return timer;
};
