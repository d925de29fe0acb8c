// A script's text becomes one function.
import { op_trickle_compile } from "trickle:host/ops.js";
import { nameOf } from "trickle:host/errors.js";
import { modulesRequire } from "trickle:host/modules.js";

/// What the documentation and its examples call the seven scripts.
const DOCUMENTED =
  /^(?:login|get_?user|getByEmail|create|verify|change_?password|change_?email|remove|delete(?:_?user)?)$/i;
const EXPRESSION = 0;
const BODY = 1;

export class CompileError extends Error {
  constructor({ message, line, column }) {
    super(message);
    this.position = { line, column };
  }
}

/// The function that the text stands for; `copy` keeps what was compiled, for the next time.
///
/// The text is one function expression or declaration, whatever its name. Taken as well: several
/// declarations, of which the one with a documented name is the script, else the first; `module.exports = function …`; a function in a
/// top-level variable. Each run evaluates it anew, as if it were the only one.
export function scriptFunction(text, copy, require) {
  if (!copy.body) {
    const source = text.replace(/^\uFEFF/, "").replace(/[\s;]+$/, "");
    copy.expression ??= op_trickle_compile(source, nameOf(copy), EXPRESSION);
    if (copy.expression.code) {
      const value = evaluate(copy.expression.code, require, { exports: {} });
      if (typeof value === "function") return value;
    }
    copy.body = compileBody(text, nameOf(copy), withEnd(copy.expression, source));
  }
  return functionOf(copy.body, require);
}

/// An error at what was put behind the text is one at its end.
function withEnd(expression, source) {
  const lines = source.split("\n");
  if (!(expression.line > lines.length)) return expression;
  const end = { message: "Unexpected end of input", line: lines.length, column: lines.at(-1).length + 1 };
  return { ...expression, end };
}

const bodies = new Map();

/// The text, so that it gives its first function.
function bodyOf(text) {
  if (!bodies.has(text)) {
    const name = firstFunctionName(text);
    // Declarations are hoisted: the name is bound before the first statement runs.
    bodies.set(text, name ? `${text}\n;return ${name};` : text);
  }
  return bodies.get(text);
}

function compileBody(text, file, expression) {
  const body = op_trickle_compile(bodyOf(text), file, BODY);
  if (!body.code) throw new CompileError(farther(expression, body));
  return body.code;
}

function functionOf(body, require) {
  const module = { exports: {} };
  const value = evaluate(body, require, module);
  const script = [module.exports, value, module.exports.default].find(
    (candidate) => typeof candidate === "function",
  );
  if (script) return script;
  throw new CompileError({
    message: "the script is not a function; write function (…, callback) { … }",
    line: 1,
    column: 1,
  });
}

function evaluate(code, require, module) {
  return code.call(globalThis, require, module, module.exports, undefined);
}

/// Of two readings of the same text, the one that got farther knows better what is wrong.
function farther(one, other) {
  if (!one.message) return other;
  if (one.end) return other.message.startsWith("Function statements require") ? one.end : other;
  const reach = (error) => (error.line ?? 0) * 1e6 + (error.column ?? 0);
  return reach(one) >= reach(other) ? one : other;
}

function firstFunctionName(text) {
  // Loaded only for the few scripts that are not one expression.
  const { parse } = modulesRequire("acorn");
  let program;
  try {
    program = parse(text, {
      ecmaVersion: "latest",
      allowReturnOutsideFunction: true,
      allowHashBang: true,
    });
  } catch {
    return undefined;
  }
  const declared = program.body.filter((node) => node.type === "FunctionDeclaration").map((node) => node.id.name);
  const documented = declared.filter((name) => DOCUMENTED.test(name));
  // Compilers put their helpers first.
  if (declared.length > 0) return documented.length === 1 ? documented[0] : declared[0];
  const isFunction = (node) => /^(Arrow)?FunctionExpression$/.test(node?.init?.type);
  return program.body
    .filter((node) => node.type === "VariableDeclaration")
    .flatMap((node) => node.declarations)
    .find((node) => isFunction(node) && node.id.type === "Identifier")?.id.name;
}
