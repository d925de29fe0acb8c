// What the sandbox has not, said in the script author's words.
import Module from "node:module";
import fs from "node:fs";
import { basename } from "node:path";
import { isOpen } from "trickle:host/ops.js";

function refuse(message) {
  const error = new Error(message);
  error.code = "ERR_ACCESS_DENIED";
  Error.captureStackTrace(error, refuse);
  throw error;
}

const STARTS = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"];

/// Some packages load `child_process` and never use it, so it loads.
export function refuseToStartPrograms(childProcess) {
  for (const name of isOpen ? [] : STARTS) {
    childProcess[name] = () => refuse(`action scripts cannot start programs (child_process.${name})`);
  }
}

Module._extensions[".node"] = (_, path) =>
  refuse(
    `'${basename(path)}' is a native add-on, and the sandbox loads JavaScript only; bcrypt and argon2 are built in`,
  );

const WRITES = [
  "appendFile", "chmod", "chown", "copyFile", "cp", "link", "mkdir", "mkdtemp", "rename", "rm", "rmdir",
  "symlink", "truncate", "unlink", "utimes", "writeFile",
];

function refuseToWrite(name) {
  refuse(`action scripts cannot write files (fs.${name})`);
}

// The arguments do not matter: nothing can be written, whatever they are.
for (const name of isOpen ? [] : WRITES) {
  fs[name] = (...args) => {
    const callback = args.at(-1);
    if (typeof callback !== "function") refuseToWrite(name);
    try {
      refuseToWrite(name);
    } catch (error) {
      process.nextTick(callback, error);
    }
  };
  fs[`${name}Sync`] = () => refuseToWrite(`${name}Sync`);
  fs.promises[name] = async () => refuseToWrite(`promises.${name}`);
}
if (!isOpen) fs.createWriteStream = () => refuseToWrite("createWriteStream");
