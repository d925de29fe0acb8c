// Error classes that scripts know as globals, and errors on their way out.
// They are functions, not classes: old scripts call them without `new`.

function errorClass(name, assign) {
  function ScriptError(...args) {
    const error = new.target ? this : Object.create(ScriptError.prototype);
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
    return String(value).slice(0, TEXT_MAX);
  } catch {
    return undefined;
  }
}

/// Where in the script the error was made: the topmost frame that is the script's own.
function position(stack, file) {
  const name = file.replaceAll(".", "\\.");
  const frame = new RegExp(`(?<![\\w/.-])${name}:(\\d+):(\\d+)`).exec(stack ?? "");
  return frame ? { line: Number(frame[1]), column: Number(frame[2]) } : {};
}

function withoutHostFrames(stack) {
  return stack?.split("\n").filter((line) => !line.includes("trickle:host/")).join("\n");
}

/// What the callback's first argument, or a thrown value, becomes.
export function describeError(error, file) {
  if (typeof error !== "object" && typeof error !== "function") {
    return { name: "Error", message: String(error).slice(0, TEXT_MAX) };
  }
  const stack = read(error, "stack");
  return {
    name: read(error, "name") ?? "Error",
    message: read(error, "message") ?? "",
    code: read(error, "code"),
    user_id: read(error, "user_id"),
    description: read(error, "description"),
    stack: withoutHostFrames(stack),
    ...position(stack, file),
  };
}
