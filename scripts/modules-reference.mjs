// Writes docs/reference/modules.md from the lock files and what is installed; with --check says whether it is stale.
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, "docs/reference/modules.md");
const read = (path) => readFileSync(join(root, path), "utf8");
const json = (path) => JSON.parse(read(path));

/// Why scripts without a version get an older one.
const DEFAULTS = {
  auth0: "has the managers that scripts call",
  bcryptjs: "writes `$2a$` hashes, which legacy applications read",
  got: "the last that is CommonJS",
  jose: "loads in every way",
  "jwt-decode": "the package itself is the function",
  mongodb: "takes callbacks and returns promises",
  "node-fetch": "the last that is CommonJS",
  q: "version 2 is another package",
  "slack-notify": "has `alert` and its siblings",
  uuid: "names its functions; `uuid()` and `uuid/v4` are version 3's",
};
const HOST = [
  ["argon2", "every version: `hash`, `verify`, `needsRehash`"],
  ["bcrypt", "every version"],
  ["easy-pbkdf2", "version 2, and 0 with a pin"],
  ["wordpress-hash-node", "every version"],
];

function installed(folder) {
  const { dependencies } = json(`${folder}/package.json`);
  const { packages } = json(`${folder}/package-lock.json`);
  const byName = new Map();
  for (const alias of Object.keys(dependencies)) {
    const name = alias.replace(/__\d+$/, "");
    const { version, license } = packages[`node_modules/${alias}`];
    const entry = { alias, version, licence: license ?? oldLicence(folder, alias), isDefault: alias === name };
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1));
}

/// Old packages name their licence in a way that lock files do not repeat.
function oldLicence(folder, alias) {
  const { licenses } = json(`${folder}/node_modules/${alias}/package.json`);
  return licenses.map(({ type }) => type).join(", ");
}

function bytes(folder) {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += bytes(path);
    else if (entry.isFile()) sum += statSync(path).size;
  }
  return sum;
}

/// With what only it has below it; coarse, so that it changes with the lock file only.
function size(alias) {
  const kib = bytes(join(root, "sandbox/node_modules", alias)) / 1024;
  return kib < 100 ? "< 0.1 MiB" : `${(kib / 1024).toFixed(1)} MiB`;
}

function core() {
  return installed("sandbox").map(([name, entries]) => {
    const { version } = entries.find(({ isDefault }) => isDefault) ?? entries[0];
    const further = entries.filter(({ isDefault }) => !isDefault).map((entry) => entry.version);
    const reason = DEFAULTS[name] ? `: ${DEFAULTS[name]}` : "";
    const licences = [...new Set(entries.map(({ licence }) => licence))].join(", ");
    const sizes = entries.map(({ alias }) => size(alias)).join(", ");
    return `| \`${name}\` | ${version}${reason} | ${further.join(", ")} | ${licences} | ${sizes} |`;
  });
}

function extra() {
  return installed("sandbox/extra").map(
    ([name, [{ version, licence }]]) => `| \`${name}\` | ${version} | ${licence} |`,
  );
}

function globals() {
  const text = read("sandbox/host/legacy/globals.js");
  const list = text.slice(text.indexOf("const GLOBALS = {"), text.indexOf("\n};\n"));
  return [...list.matchAll(/^ {2}(\w+)(?:: (.*))?,?$/gm)].map(([, name, code = ""]) => {
    const rare = /rare\("\w+", "([^"]+)"\)/.exec(code);
    const required = /require\("([^"]+)"\)/.exec(code);
    let what = "the sandbox's own";
    if (rare) what = `\`${rare[1]}\`, which is not installed; using it is an error`;
    else if (required) what = `\`require("${required[1]}")\``;
    if (name === "Auth0") what = 'gone; using it is an error that names `require("auth0")`';
    if (name === "crypto") what = "Node's module, with keys as binary strings, and WebCrypto";
    if (name === "pbkdf2") what = '`new (require("easy-pbkdf2@0"))()`';
    if (name === "sqlserver") what = '`connect`, `Request`, `Types` of `require("tedious@1")`';
    return `| \`${name}\` | ${what} |`;
  });
}

const text = `# Modules

<!-- Written by scripts/modules-reference.mjs; change sandbox/package.json and run it. -->

What \`require\` and \`import()\` find. Node.js' own modules are there as well; programs cannot be started and files not written.

- \`require("name")\` gets the version of the second column, the one that most scripts expect.
- \`require("name@1.2.3")\`, \`"name@1"\`, \`"name@^1.2"\` get what fits, else the nearest of the same major version, else the nearest;
  what does not fit is said once in the console. So \`pg@7.17.1\` gets the one version 8, whose interface is the same.
- \`require("name@1/lib/file")\` and \`import("name@1")\` work too. A file that only another version has, such as \`uuid/v4\`, is found there.

## Core

\`make\` installs it. Sizes are of the package with what no other package shares, without type declarations and source maps.

| package | default | further versions | licence | size |
| --- | --- | --- | --- | --- |
${core().join("\n")}

## Served by the sandbox

Packages with native code cannot load. These have their API from the sandbox itself, whatever version is asked for.

| package | interface of |
| --- | --- |
${HOST.map(([name, what]) => `| \`${name}\` | ${what} |`).join("\n")}

## Extra

\`make modules-extra\` installs it beside the core set. Restart the server afterwards.

| package | version | licence |
| --- | --- | --- |
${extra().join("\n")}

## Globals of the old sandbox

Scripts can use these without \`require\`, and put something else in their place. A package loads when its global is first used.

| global | what it is |
| --- | --- |
${globals().join("\n")}
`;

if (process.argv.includes("--check")) {
  let current = "";
  try {
    current = readFileSync(page, "utf8");
  } catch {
    // Missing is stale.
  }
  if (current !== text) {
    console.error("docs/reference/modules.md is stale; run: node scripts/modules-reference.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(page, text);
}
