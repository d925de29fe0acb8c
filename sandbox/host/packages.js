// Which packages are installed, and in which versions.
//
// The folder NAME is the version that `require("NAME")` gets; NAME__2 holds a further one, its major
// version 2. The extra set lies in `.extra/node_modules`.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { op_trickle_modules_dir } from "trickle:host/ops.js";

export const modulesDir = op_trickle_modules_dir();

const SUFFIX = /^__\d+$/;
const FURTHER = /__\d+$/;

function root(folder, script) {
  return { folder, require: createRequire(`${folder}/${script}`) };
}

const roots = [
  root(modulesDir, "action-script.js"),
  root(`${modulesDir}/.extra/node_modules`, "../action-script.js"),
];
const listings = new Map();
const known = new Map();

/// Resolves from the modules folder.
export const modulesRequire = roots[0].require;

function list(folder) {
  if (!listings.has(folder)) {
    let names = [];
    try {
      names = readdirSync(folder);
    } catch {
      // No scope of that name, or no extra set.
    }
    listings.set(folder, names);
  }
  return listings.get(folder);
}

function versionOf(folder) {
  try {
    return JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version;
  } catch {
    return undefined;
  }
}

function find(name) {
  const slash = name.indexOf("/");
  const [scope, base] = slash < 0 ? ["", name] : [name.slice(0, slash + 1), name.slice(slash + 1)];
  return roots.flatMap(({ folder, require }) =>
    list(folder + (scope && `/${scope.slice(0, -1)}`))
      .filter((entry) => entry === base || (entry.startsWith(base) && SUFFIX.test(entry.slice(base.length))))
      .map((entry) => ({
        version: versionOf(`${folder}/${scope}${entry}`),
        isDefault: entry === base,
        load: (path) => require(scope + entry + path),
        resolve: (path) => require.resolve(scope + entry + path),
      }))
      .filter(({ version }) => version !== undefined),
  );
}

/// The installed versions of a package, the one for scripts that name no version first.
export function installed(name) {
  if (!known.has(name)) {
    known.set(name, find(name).sort((one, other) => other.isDefault - one.isDefault));
  }
  return known.get(name);
}

/// The names of all packages, without those of the packages' own packages.
export function names() {
  const found = roots.flatMap(({ folder }) =>
    list(folder).flatMap((entry) =>
      entry.startsWith("@") ? list(`${folder}/${entry}`).map((rest) => `${entry}/${rest}`) : entry,
    ),
  );
  return [...new Set(found.filter((name) => !name.startsWith(".") && !FURTHER.test(name)))];
}
