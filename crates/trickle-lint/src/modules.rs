//! The packages that scripts can require.

/// Lines of set, name and version; the first version of a name is the default one.
const LIST: &str = include_str!(concat!(env!("OUT_DIR"), "/modules.txt"));

/// Served by the sandbox, in every version.
const SERVED: &[&str] = &["argon2", "bcrypt", "easy-pbkdf2", "wordpress-hash-node"];

/// Node.js' own.
const NODE: &str = "assert async_hooks buffer child_process cluster console constants crypto dgram \
    diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks \
    process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url \
    util v8 vm wasi worker_threads zlib sqlite test sea";

/// What is known of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Always there, in whatever version is asked for.
    Always,
    /// In these versions, the default one first.
    Versions(Vec<&'static str>),
    /// Only where the extra set is installed.
    Extra,
    /// Not there.
    No,
}

/// A request's package, pin and rest: `a@1/lib/x` is `a`, `1`.
pub fn split(request: &str) -> (&str, Option<&str>) {
    let scope = usize::from(request.starts_with('@'));
    let at = request[scope..].find('@').map(|at| at + scope);
    let name_end = at.unwrap_or_else(|| {
        let mut slashes = request.match_indices('/').map(|(at, _)| at);
        slashes.nth(scope).unwrap_or(request.len())
    });
    // Known parts of packages that are packages for their own.
    if at.is_none() && request == "mysql2/promise" {
        return (request, None);
    }
    let pin = at.map(|at| request[at + 1..].split('/').next().unwrap_or(""));
    (&request[..name_end], pin.filter(|pin| !pin.is_empty()))
}

/// What a request finds.
pub fn find(request: &str) -> Known {
    let name = split(request.strip_prefix("node:").unwrap_or(request)).0;
    let name = if name == "mysql2/promise" {
        "mysql2"
    } else {
        name
    };
    if SERVED.contains(&name) || NODE.split_whitespace().any(|own| own == name) {
        return Known::Always;
    }
    let of = |wanted: &str| -> Vec<&'static str> {
        LIST.lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                let (set, own, version) = (words.next()?, words.next()?, words.next()?);
                (set == wanted && own == name).then_some(version)
            })
            .collect()
    };
    let versions = of("core");
    if !versions.is_empty() {
        Known::Versions(versions)
    } else if of("extra").is_empty() {
        Known::No
    } else {
        Known::Extra
    }
}

/// The first number of a version or pin; nothing where it names none.
pub fn major(version: &str) -> Option<u32> {
    let digits: String = version
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// The version that a request gets: of the same major, else the nearest, as the sandbox chooses.
pub fn resolved(request: &str) -> Option<&'static str> {
    let Known::Versions(versions) = find(request) else {
        return None;
    };
    let Some(wanted) = split(request).1.and_then(major) else {
        return versions.first().copied();
    };
    versions
        .into_iter()
        .min_by_key(|version| major(version).map_or(u32::MAX, |it| it.abs_diff(wanted)))
}

/// Names that are written like this one, for a hint.
pub fn similar(name: &str) -> Option<&'static str> {
    LIST.lines()
        .filter_map(|line| line.split(' ').nth(1))
        .chain(SERVED.iter().copied())
        .find(|known| {
            let squeeze = |text: &str| text.replace(['-', '_', '.'], "").to_lowercase();
            let (known, name) = (squeeze(known), squeeze(name));
            known == name || known == format!("node{name}") || name == format!("node{known}")
        })
}
