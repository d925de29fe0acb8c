// Part of the start-up snapshot: leaves the host functions where `ops.js` takes them.
import { internals } from "ext:core/mod.js";
import * as ops from "ext:core/ops";

internals.trickle = {};
for (const name of Object.keys(ops)) {
  if (name.startsWith("op_trickle_")) internals.trickle[name] = ops[name];
}
