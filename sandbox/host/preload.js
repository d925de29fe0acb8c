// Packages that a spare worker loads while it waits for a connection; docs/decisions/0013 has the figures behind the choice.
import { modulesRequire } from "trickle:host/packages.js";

const PRELOADED = ["pg", "mysql", "jsonwebtoken"];

/// Loads the package of this number, for the scripts that will ask for it. One that an operator has taken away is passed over.
export function preload(number) {
  try {
    modulesRequire(PRELOADED[number]);
  } catch {
    // A script that asks for it is told.
  }
}
