// `require` for scripts: the packages of the modules folder, and what stands in for native ones.
import Module, { builtinModules, createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { op_trickle_module, op_trickle_modules_dir } from "trickle:host/ops.js";
import { bcrypt } from "trickle:host/bcrypt.js";
import { currentRun } from "trickle:host/run.js";

const modulesDir = op_trickle_modules_dir();

/// Resolves from the modules folder.
export const modulesRequire = createRequire(`${modulesDir}/action-script.js`);

// Native add-ons cannot load in the sandbox, neither for scripts nor for packages.
const substitutes = new Map([["bcrypt", bcrypt]]);
const load = Module._load;
Module._load = function (request, ...rest) {
  return substitutes.get(request) ?? load.call(this, request, ...rest);
};

const REQUEST = /^((?:@[^/@]+\/)?[^/@.][^/@]*)(?:@([^/]+))?(\/.*)?$/;
const versions = new Map();
const reported = new Set();

/// `require` as scripts see it: a package, a package with a version, or a built-in module.
export function scriptRequire(request) {
  const name = String(request);
  if (name.startsWith("node:") || builtinModules.includes(name)) return modulesRequire(name);
  const [, packageName, pin, path = ""] = REQUEST.exec(name) ?? [];
  const version = packageName && installedVersion(packageName);
  if (!version) throw notFound(name);
  const found = modulesRequire(packageName + path);
  report(name, packageName, pin, version);
  return found;
}

scriptRequire.resolve = modulesRequire.resolve;

function installedVersion(name) {
  if (substitutes.has(name)) return "host";
  if (!versions.has(name)) {
    let version;
    try {
      version = JSON.parse(readFileSync(`${modulesDir}/${name}/package.json`, "utf8")).version;
    } catch {
      version = undefined;
    }
    versions.set(name, version);
  }
  return versions.get(name);
}

function report(requested, name, pin, version) {
  if (reported.has(requested)) return;
  reported.add(requested);
  op_trickle_module(currentRun()?.id ?? -1, requested, `${name}@${version}`);
  if (pin && pin !== version && version !== "host") {
    console.warn(`require('${requested}') got ${name}@${version}, the version that is installed`);
  }
}

function notFound(request) {
  const names = readdirSync(modulesDir)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(`${modulesDir}/${name}`).map((rest) => `${name}/${rest}`) : name,
    );
  const wanted = request.replace(/@[^/]*$/, "");
  const near = names.filter((name) => name.includes(wanted) || wanted.includes(name)).slice(0, 5);
  const hint = near.length ? `; near: ${near.join(", ")}` : "";
  const error = new Error(
    `Cannot find module '${request}'${hint}. An operator can add a package, see docs/how-to/add-a-package.md`,
  );
  error.code = "MODULE_NOT_FOUND";
  return error;
}
