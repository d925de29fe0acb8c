// Part of the start-up snapshot: leaves the host functions where `ops.js` takes them, and closes what the list of
// allowed functions (`sandbox/ops.toml`) does not reach: native classes, and what a function costs.
import { internals } from "ext:core/mod.js";
import * as ops from "ext:core/ops";
import { closeClasses } from "ext:trickle_host/classes.js";
import { capCosts } from "ext:trickle_host/costs.js";

const surface = JSON.parse(ops.op_trickle_surface());

// The worker that tests attack without the engine's walls is built open.
if (!surface.open) {
  closeClasses(surface);
  capCosts();
}

internals.trickle = { refusedModules: surface.modules, isOpen: surface.open === true };
for (const name of Object.keys(ops)) {
  if (name.startsWith("op_trickle_")) internals.trickle[name] = ops[name];
}
