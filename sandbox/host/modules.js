// `require` for scripts: packages, packages with a version, and Node's own modules.
import Module, { builtinModules } from "node:module";
import "trickle:host/folders.js";
import { adjusted } from "trickle:host/adjustments.js";
import { op_trickle_module } from "trickle:host/ops.js";
import { noPackageName, unknownPackage } from "trickle:host/not-found.js";
import { installed, modulesRequire } from "trickle:host/packages.js";
import { choose } from "trickle:host/pins.js";
import { refuseToStartPrograms } from "trickle:host/refusals.js";
import { currentRun } from "trickle:host/run.js";
import { substituted, substituteFor } from "trickle:host/substitutes.js";

export { modulesRequire };

const REQUEST = /^((?:@[^/@]+\/)?[^/@.][^/@]*)(?:@([^/]+))?(\/.*)?$/;
const NOT_THERE = ["MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"];
const reported = new Set();
const warned = new Set();
let depth = 0;
let refused = false;

const load = Module._load;
Module._load = function (request, ...rest) {
  const substitute = substituteFor(request);
  if (substitute) return substitute;
  depth += 1;
  try {
    const loaded = load.call(this, request, ...rest);
    if (!refused && /^(?:node:)?child_process$/.test(request)) {
      refused = true;
      refuseToStartPrograms(loaded);
    }
    return loaded;
  } finally {
    depth -= 1;
  }
};

/// Whether a package loads now: what it sees differs from what scripts see.
export const isLoading = () => depth > 0;

/// `require` as scripts see it.
export function scriptRequire(request) {
  if (isPlain(request)) return modulesRequire(request);
  const { name, pin, path } = parts(request);
  const substitute = substituteFor(name, pin);
  if (substitute) {
    report(request, `${name}@host`);
    return substitute;
  }
  const candidates = candidatesFor(request, name, pin);
  if (!candidates) return modulesRequire(name);
  const { chosen, fits } = choose(candidates, pin);
  // Files inside of a package come and go with its versions.
  const [found, version] = firstThat(ordered(chosen, candidates, pin, path), (one) => one.load(path));
  report(request, `${name}@${version}`);
  if (!fits && !warned.has(name)) {
    warned.add(name);
    console.warn(`require('${request}') got ${name}@${version}, the nearest version that is installed`);
  }
  return path === "" ? adjusted(name, found) : found;
}

scriptRequire.resolve = (request, options) => {
  if (isPlain(request)) return modulesRequire.resolve(request, options);
  const { name, pin, path } = parts(request);
  if (substituteFor(name, pin)) return name;
  const candidates = candidatesFor(request, name, pin);
  if (!candidates) return name;
  const { chosen } = choose(candidates, pin);
  return firstThat(ordered(chosen, candidates, pin, path), (one) => one.resolve(path))[0];
};
scriptRequire.cache = modulesRequire.cache;

/// Node's own modules, and what `require` itself refuses.
function isPlain(request) {
  return typeof request !== "string" || request === "" || request.startsWith("node:") || builtinModules.includes(request);
}

function parts(request) {
  const refusal = noPackageName(request);
  if (refusal) throw refusal;
  const [, name, pin, path = ""] = REQUEST.exec(request) ?? [];
  return { name: name ?? request, pin, path };
}

/// The installed versions; none for a built-in module with a version, which means the built-in one.
function candidatesFor(request, name, pin) {
  const candidates = installed(name);
  if (candidates.length > 0) return candidates;
  if (pin !== undefined && builtinModules.includes(name)) return undefined;
  throw unknownPackage(request, name, [...substituted(), ...builtinModules]);
}

function ordered(chosen, candidates, pin, path) {
  if (path === "" || pin !== undefined) return [chosen];
  return [chosen, ...candidates.filter((one) => one !== chosen)];
}

function firstThat(candidates, use) {
  let first;
  for (const candidate of candidates) {
    try {
      return [use(candidate), candidate.version];
    } catch (error) {
      first ??= error;
      if (!NOT_THERE.includes(error?.code)) break;
    }
  }
  throw first;
}

function report(requested, resolved) {
  if (reported.has(requested)) return;
  reported.add(requested);
  op_trickle_module(currentRun()?.id ?? -1, requested, resolved);
}
