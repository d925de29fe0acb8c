// The process' folder and those above the packages exist, which packages check; what is in them cannot be read.
import fs from "node:fs";
import { dirname } from "node:path";
import { modulesDir } from "trickle:host/packages.js";

const existing = new Set();
for (let folder = modulesDir; !existing.has(folder); folder = dirname(folder)) existing.add(folder);

const { statSync } = fs;
fs.statSync = (path, options) => statSync(existing.has(path) ? modulesDir : path, options);
