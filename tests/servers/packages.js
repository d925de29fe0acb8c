// The sandbox's packages, which some servers speak their protocol with.
"use strict";
const { createRequire } = require("node:module");
const { join } = require("node:path");

const folder = process.env.TRICKLE_MODULES ?? join(__dirname, "../../sandbox/node_modules");

/// `require` from inside of a package.
exports.packages = (name) => createRequire(join(folder, name, "test-server.js"));
