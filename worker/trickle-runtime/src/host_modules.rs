//! The JavaScript half of the runtime, compiled in.

/// Scheme of the host's own modules; only they may import each other.
pub const SCHEME: &str = "trickle";

/// Where the host starts.
pub const MAIN: &str = "trickle:host/main.js";

macro_rules! host_modules {
    ($($name:literal),+ $(,)?) => {
        &[$((
            concat!("trickle:host/", $name),
            include_str!(concat!("../../../sandbox/host/", $name)),
        )),+]
    };
}

static MODULES: &[(&str, &str)] = host_modules![
    "adjustments.js",
    "argon2.js",
    "bcrypt.js",
    "client-certificates.js",
    "console.js",
    "copies.js",
    "easy-pbkdf2.js",
    "errors.js",
    "fetch-words.js",
    "folders.js",
    "globals.js",
    "legacy/crypto.js",
    "legacy/globals.js",
    "legacy/ip.js",
    "legacy/jwt.js",
    "legacy/mongo.js",
    "legacy/mysql.js",
    "legacy/postgres.js",
    "main.js",
    "modules.js",
    "node-certificate-dates.js",
    "node-cipher-cores.js",
    "node-cipher-names.js",
    "node-cipher-stream.js",
    "node-ciphers.js",
    "node-digests.js",
    "node-dns.js",
    "node-errors.js",
    "node-fetch-unchecked.js",
    "node-fetch.js",
    "node-http.js",
    "node-keys.js",
    "node-os.js",
    "node-process.js",
    "node-removed.js",
    "node-secure-pair.js",
    "node-socket-end.js",
    "node-tedious.js",
    "node-tls.js",
    "node-url.js",
    "node-words.js",
    "node.js",
    "not-found.js",
    "ops.js",
    "packages.js",
    "pins.js",
    "plain.js",
    "preload.js",
    "refusals.js",
    "run.js",
    "script.js",
    "sockets.js",
    "substitutes.js",
    "timers.js",
    "waiting.js",
    "wordpress-hash.js",
];

/// The source of a host module.
pub fn source(specifier: &str) -> Option<&'static str> {
    MODULES
        .iter()
        .find(|(name, _)| *name == specifier)
        .map(|(_, source)| *source)
}
