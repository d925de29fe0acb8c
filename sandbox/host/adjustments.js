// What scripts expect of packages beyond what they are today.
import { modulesRequire } from "trickle:host/packages.js";
import { withOldConnect } from "trickle:host/legacy/postgres.js";

const adjustments = new Map([
  ["pg", withOldConnect],
  [
    "aws-sdk",
    (found) => {
      // Its advice to rewrite the script would be in the log of every new worker.
      modulesRequire("aws-sdk/lib/maintenance_mode_message").suppress = true;
      return found;
    },
  ],
]);

/// What a script gets of a package.
export const adjusted = (name, found) => adjustments.get(name)?.(found) ?? found;
