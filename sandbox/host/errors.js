// Error classes that scripts know as globals, and errors on their way out.
// They are functions, not classes: old scripts call them without `new`.

function errorClass(name, assign) {
  function ScriptError(...args) {
    // Old code inherits by `ValidationError.call(this, …)`.
    const error = this instanceof ScriptError ? this : Object.create(ScriptError.prototype);
    Error.captureStackTrace(error, ScriptError);
    error.name = name;
    assign(error, ...args);
    return error;
  }
  Object.defineProperty(ScriptError, "name", { value: name });
  ScriptError.prototype = Object.create(Error.prototype, {
    constructor: { value: ScriptError, writable: true, configurable: true },
    name: { value: name, writable: true, configurable: true },
  });
  Object.setPrototypeOf(ScriptError, Error);
  return ScriptError;
}

export const WrongUsernameOrPasswordError = errorClass(
  "WrongUsernameOrPasswordError",
  (error, userId, message) => {
    error.code = "wrongusernameorpassword";
    error.user_id = userId;
    error.message = message;
    error.statusCode = 400;
  },
);

export const ValidationError = errorClass("ValidationError", (error, code, message) => {
  error.code = code;
  error.message = message;
  error.description = message;
  error.statusCode = 400;
});

export const UnauthorizedError = errorClass("UnauthorizedError", (error, message) => {
  error.code = "unauthorized";
  error.message = message;
  error.description = message;
  error.statusCode = 401;
});

const TEXT_MAX = 16 << 10;

/// Reads a field of an error, which may be a getter that throws.
function read(error, field) {
  try {
    const value = error[field];
    if (value === undefined || value === null || typeof value === "function") return undefined;
    return String(value).slice(0, TEXT_MAX).toWellFormed();
  } catch {
    return undefined;
  }
}

const FRAME = /(?<![\w/.-])([a-z_]+\.js)\?(\d+):(\d+):(\d+)/;
const NAME = /(?<![\w/.-])([a-z_]+\.js)\?\d+(?=:\d)/g;

/// The name under which a copy of a script is compiled.
export const nameOf = (copy) => `${copy.action}.js?${copy.slot}`;

/// The number of the copy whose code is in an error's stack.
export function slotIn(error) {
  const stack = typeof error === "object" && error !== null ? read(error, "stack") : undefined;
  const slot = FRAME.exec(stack ?? "")?.[2];
  return slot && Number(slot);
}

/// Text that shows scripts by the names that their authors know.
export const withPlainNames = (text) => text.replace(NAME, "$1");

/// The script's own line in a stack, or undefined.
export const lineIn = (stack) => FRAME.exec(stack ?? "")?.[3];

/// Where in the script the error was made: the topmost frame that is the script's own.
function position(stack) {
  const [, , , line, column] = FRAME.exec(stack ?? "") ?? [];
  return line ? { line: Number(line), column: Number(column) } : {};
}

/// Whether a line of a stack shows how the host called the script.
export function isHostFrame(line) {
  return /^ +at .*(?:trickle:host\/|AsyncLocalStorage\.run )/.test(line);
}

function withoutHostFrames(stack) {
  const lines = stack.split("\n").filter((line) => !isHostFrame(line));
  return withPlainNames(lines.join("\n"));
}

function causeOf(error) {
  try {
    return error.cause instanceof Error ? error.cause : undefined;
  } catch {
    return undefined;
  }
}

const causeLine = (cause) =>
  cause ? `\n  [cause]: ${read(cause, "name")}: ${read(cause, "message")}` : "";

/// What the callback's first argument, or a thrown value, becomes.
export function describeError(error) {
  if (error === null || (typeof error !== "object" && typeof error !== "function")) {
    return { name: "Error", message: String(error).slice(0, TEXT_MAX).toWellFormed() };
  }
  const stack = read(error, "stack") ?? "";
  const cause = causeOf(error);
  return {
    name: read(error, "name") ?? "Error",
    message: read(error, "message") ?? "",
    // `fetch` says what went wrong in its cause only.
    code: read(error, "code") ?? (cause && read(cause, "code")),
    errno: read(error, "errno") ?? (cause && read(cause, "errno")),
    sql_state: read(error, "sqlState") ?? (cause && read(cause, "sqlState")),
    user_id: read(error, "user_id"),
    description: read(error, "description"),
    stack: withoutHostFrames(stack) + causeLine(cause) || undefined,
    ...position(stack),
  };
}
