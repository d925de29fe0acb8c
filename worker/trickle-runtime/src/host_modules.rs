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
    "bcrypt.js",
    "console.js",
    "errors.js",
    "globals.js",
    "main.js",
    "modules.js",
    "ops.js",
    "plain.js",
    "run.js",
    "script.js",
    "sockets.js",
    "timers.js",
];

/// The source of a host module.
pub fn source(specifier: &str) -> Option<&'static str> {
    MODULES
        .iter()
        .find(|(name, _)| *name == specifier)
        .map(|(_, source)| *source)
}
