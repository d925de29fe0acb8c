// What a script is told that asks for something which is not there.
import { names } from "trickle:host/packages.js";

const PAGE = "docs/how-to/add-a-package.md";
const NEAR_MAX = 5;

function notFound(request, why) {
  const error = new Error(`Cannot find module '${request}': ${why}`);
  error.code = "MODULE_NOT_FOUND";
  return error;
}

/// Insertions, deletions, replacements and swaps of neighbours that make one word of the other.
function editDistance(one, other) {
  const rows = [[...Array(other.length + 1).keys()]];
  for (let i = 1; i <= one.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[one.length][other.length];
}

function similar(wanted, offered) {
  const word = wanted.toLowerCase();
  return offered
    .map((name) => {
      const apart = editDistance(word, name.toLowerCase());
      const contains = word.length > 2 && (name.includes(word) || word.includes(name)) && name.length > 2;
      return { name, apart: contains ? Math.min(apart, 2) : apart };
    })
    .filter(({ name, apart }) => apart <= Math.max(1, Math.floor(Math.min(word.length, name.length) / 3)))
    .sort((one, other) => one.apart - other.apart || one.name.length - other.name.length)
    .slice(0, NEAR_MAX)
    .map(({ name }) => name);
}

/// The error for a package that is not installed.
export function unknownPackage(request, wanted, offered) {
  const near = similar(wanted, [...new Set([...names(), ...offered])]);
  const hint = near.length > 0 ? `there is ${near.map((name) => `'${name}'`).join(", ")}; ` : "";
  return notFound(request, `no such package is installed; ${hint}an operator can add packages, see ${PAGE}`);
}

/// The error for what is not even the name of a package, or undefined.
export function noPackageName(request) {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(request) || /^(?:file|data|blob|https?|npm|jsr):/i.test(request)) {
    return notFound(request, "action scripts require packages by name, not by address");
  }
  if (/^(?:\.{1,2}(?:$|[\\/])|[\\/]|[a-z]:[\\/])/i.test(request)) {
    return notFound(request, "an action script is one text, without files beside it; it can require packages by name");
  }
  if (request.split("/").includes("..")) {
    return notFound(request, "a path inside a package has no '..'");
  }
  return undefined;
}
