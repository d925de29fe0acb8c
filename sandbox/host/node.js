// Where the engine's Node.js differs from Node.js so that scripts notice: one module for each remedy.
// They change what is shared, so they run before anything else loads.
import "trickle:host/node-errors.js";
import "trickle:host/node-process.js";
import "trickle:host/node-os.js";
import "trickle:host/node-url.js";
import "trickle:host/node-removed.js";
import "trickle:host/node-http.js";
import "trickle:host/node-socket-end.js";
import "trickle:host/node-tls.js";
import "trickle:host/node-certificate-dates.js";
import "trickle:host/node-fetch.js";
import "trickle:host/node-words.js";
import "trickle:host/node-ciphers.js";
import "trickle:host/node-digests.js";
import "trickle:host/node-keys.js";
import "trickle:host/node-dns.js";
import "trickle:host/node-secure-pair.js";
import "trickle:host/node-tedious.js";
