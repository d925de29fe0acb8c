// Deletes from a node_modules folder what no script can need: type declarations, source maps, builds for
// browsers. Licences stay.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const FILES = /\.(?:d\.[cm]?ts|map|tsbuildinfo|md|markdown)$/i;
const LICENCES = /licen[cs]e|notice|copying|authors/i;
const FOLDERS = [
  ["@azure", /\/dist\/(?:browser|react-native|workerd)$/],
  ["@typespec", /\/dist\/(?:browser|react-native|workerd)$/],
  ["aws-sdk", /\/aws-sdk\/dist$/],
];

function walk(folder, isSurplus) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isSurplus.test(path)) rmSync(path, { recursive: true });
      else walk(path, isSurplus);
    } else if (entry.isFile() && FILES.test(entry.name) && !LICENCES.test(entry.name)) {
      rmSync(path);
    }
  }
}

const NONE = /$^/;
const [root] = process.argv.slice(2);
if (!root || !existsSync(root)) {
  console.error("usage: node scripts/slim-modules.mjs NODE_MODULES");
  process.exit(2);
}
for (const entry of readdirSync(root, { withFileTypes: true })) {
  if (!entry.isDirectory() || entry.name === ".bin") continue;
  const [, surplus] = FOLDERS.find(([owner]) => owner === entry.name) ?? [];
  walk(join(root, entry.name), surplus ?? NONE);
}
