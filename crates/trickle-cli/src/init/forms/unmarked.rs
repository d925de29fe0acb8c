//! Digests and keys that do not say what they are.

use super::{
    Form, Pace, Pattern, Reading,
    salts::{Salt, salts},
};

/// What the text of a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Where its bytes and the salt are.
    pub place: Place,
    /// How many bytes there are.
    pub bytes: usize,
    /// `hex` or `base64`.
    pub encoding: &'static str,
}

/// Where the bytes stand in what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Alone; a salt would be in a column of its own.
    Whole,
    /// `hash:salt`, or with another sign between them.
    First(char),
    /// `salt:hash`.
    Second(char),
}

/// What there is beside the hash.
#[derive(Clone, Default)]
pub struct Beside<'a> {
    /// Some of the salts; none where there is no salt.
    pub salts: Option<Vec<&'a str>>,
    /// Whether the salts' column has bytes.
    pub salts_are_bytes: bool,
    /// Whether a column says how many rounds there are.
    pub has_rounds: bool,
    /// Whether a column says which digest PBKDF2 has, and it or another how many rounds.
    pub has_algorithm: bool,
}

/// Digests by their size in bytes.
const DIGESTS: &[(&str, usize)] = &[
    ("md5", 16),
    ("sha1", 20),
    ("sha256", 32),
    ("sha384", 48),
    ("sha512", 64),
];

/// Rounds of PBKDF2 that samples and libraries have, the commonest first.
const ROUNDS: &[u32] = &[
    10_000, 1000, 100_000, 25_000, 4096, 5000, 1, 2048, 20_000, 50_000, 12_000, 64_000, 65_536,
    120_000, 150_000, 200_000, 210_000, 260_000, 310_000, 350_000, 600_000,
];
/// So many of them are tried with digests that the size does not suggest.
const COMMON_ROUNDS: usize = 6;

/// Bytes of a salt in front of a key, as the many samples for .NET write it.
const FRONT: usize = 16;
/// Sizes of keys behind such a salt.
const BEHIND: &[usize] = &[20, 32];

/// The digest of this size, if there is one.
pub fn digest(bytes: usize) -> Option<&'static str> {
    let found = DIGESTS.iter().find(|(_, size)| *size == bytes);
    found.map(|(name, _)| *name)
}

/// Whether scripts may find out what hashes of this shape are.
pub fn is_possible(shape: Shape, has_salt: bool) -> bool {
    let has_salt = has_salt || shape.place != Place::Whole;
    digest(shape.bytes).is_some() || (has_salt && shape.bytes >= 16) || is_front(shape)
}

fn is_front(shape: Shape) -> bool {
    let key = shape.bytes.checked_sub(FRONT);
    shape.place == Place::Whole && key.is_some_and(|key| BEHIND.contains(&key))
}

/// The form of all hashes of a shape.
pub fn form(shape: Shape, beside: &Beside<'_>, count: usize) -> Form {
    let salts = beside
        .salts
        .as_ref()
        .map_or_else(Vec::new, |samples| salts(samples, beside.salts_are_bytes));
    let mut readings = Vec::new();
    let mut unproven = None;
    if let Some(digest) = digest(shape.bytes) {
        let digests = Digests { shape, digest };
        let expressions = digests.expressions(&salts);
        let joined: Vec<&Expression> = expressions.iter().filter(|it| it.is_common).collect();
        unproven = Some(digests.reading(&joined));
        readings.extend(expressions.iter().map(|it| digests.reading(&[it])));
    }
    let mut derived = if beside.has_algorithm {
        told(shape, &salts)
    } else {
        Vec::new()
    };
    derived.extend(pbkdf2s(shape, &salts, beside.has_rounds));
    let is_told = beside.has_rounds || beside.has_algorithm;
    if let Some(key) = derived.first().filter(|_| is_told) {
        // Rounds are of PBKDF2: a digest has one.
        unproven = Some(key.reading(shape));
    }
    let fronts = fronts(shape).filter(|_| salts.is_empty() && is_front(shape));
    let keys = scrypts(shape, &salts)
        .into_iter()
        .chain(derived)
        .chain(fronts);
    readings.extend(keys.map(|key| key.reading(shape)));
    Form {
        name: name(shape),
        pattern: shape.pattern(),
        count,
        readings,
        unproven,
    }
}

/// What hashes of a shape are called.
pub fn name(shape: Shape) -> String {
    let what =
        digest(shape.bytes).map_or_else(|| format!("key of {} bytes", shape.bytes), str::to_owned);
    match shape.place {
        Place::Whole => what,
        Place::First(_) => format!("{what} with its salt"),
        Place::Second(_) => format!("{what} after its salt"),
    }
}

impl Shape {
    fn pattern(self) -> Pattern {
        let body = match self.encoding {
            "hex" => format!(r"[\da-f]{{{}}}", self.bytes * 2),
            _ => format!(r"[\w+/-]{{{}}}={{0,2}}", (self.bytes * 4).div_ceil(3)),
        };
        let escaped = |mark: char| regex::escape(&mark.to_string());
        let text = match self.place {
            Place::Whole => format!("^{body}$"),
            Place::First(mark) => format!("^{body}{}", escaped(mark)),
            Place::Second(mark) => format!("{}{body}$", escaped(mark)),
        };
        Pattern::new(text, self.encoding == "hex")
    }

    /// An expression: such a hash, of zeros.
    fn unknown(self) -> String {
        let zeros = match self.encoding {
            "hex" => format!("'0'.repeat({})", self.bytes * 2),
            _ => format!("Buffer.alloc({}).toString('base64')", self.bytes),
        };
        match self.place {
            Place::Whole => zeros,
            Place::First(mark) => format!("`${{{zeros}}}{mark}unknown`"),
            Place::Second(mark) => format!("`unknown{mark}${{{zeros}}}`"),
        }
    }

    /// Statements that part hash and salt, and what the hash is called then.
    fn parts(self) -> (String, &'static str) {
        let line = match self.place {
            Place::Whole => return (String::new(), "stored"),
            Place::First(mark) => format!("[hash, salt = ''] = stored.split('{mark}')"),
            Place::Second(mark) => format!("[salt, hash = salt] = stored.split('{mark}')"),
        };
        (format!("    const {line};\n"), "hash")
    }

    /// Statements that make `wanted`, a key.
    fn key_parts(self) -> String {
        let (parts, hash) = self.parts();
        let encoding = self.encoding;
        format!("{parts}    const wanted = Buffer.from({hash}, '{encoding}');\n")
    }

    /// What the function takes beside the hash.
    fn parameters(self, uses_salt: bool, uses_rounds: bool) -> &'static str {
        match (self.place == Place::Whole && uses_salt, uses_rounds) {
            (true, true) => ", salt, rounds",
            // The salt is a part of what is stored.
            (false, true) => ", _salt, rounds",
            (true, false) => ", salt",
            (false, false) => "",
        }
    }
}

/// One way to join salt and password, as JavaScript that gives a digest.
struct Expression {
    name: String,
    code: String,
    /// Whether it is tried where nobody has proven another.
    is_common: bool,
}

struct Digests {
    shape: Shape,
    digest: &'static str,
}

impl Digests {
    fn expressions(&self, salts: &[Salt]) -> Vec<Expression> {
        let digest = self.digest;
        let mut all: Vec<Expression> = salts.iter().flat_map(|salt| self.salted(*salt)).collect();
        let nested = NESTED.iter().filter(|(of, ..)| *of == digest);
        let nested = nested.filter(|_| !salts.is_empty());
        all.extend(nested.map(|(_, how, code)| Expression {
            name: format!("{digest} {how}"),
            code: (*code).to_owned(),
            is_common: false,
        }));
        all.push(Expression {
            name: digest.to_owned(),
            code: "digest(typed)".to_owned(),
            is_common: true,
        });
        all.push(Expression {
            name: format!("{digest} over the password's {digest}"),
            code: "digest(hex(digest(typed)))".to_owned(),
            is_common: false,
        });
        all
    }

    fn salted(&self, salt: Salt) -> Vec<Expression> {
        const WIDE: &str = "Buffer.from(typed, 'utf16le')";
        let (digest, Salt { name, value, .. }) = (self.digest, salt);
        // ASP.NET has both in base64.
        let is_aspnet = salt.is_bytes && self.shape.encoding == "base64";
        let mut all = vec![
            (
                format!("{digest} over {name} and password"),
                format!("digest({value}, typed)"),
                true,
            ),
            (
                format!("{digest} over password and {name}"),
                format!("digest(typed, {value})"),
                true,
            ),
            (
                format!("HMAC of {digest}, keyed with {name}"),
                format!("keyed({value}, typed)"),
                true,
            ),
            (
                if is_aspnet {
                    format!("{digest} of ASP.NET membership")
                } else {
                    format!("{digest} over {name} and the password in UTF-16")
                },
                format!("digest({value}, {WIDE})"),
                is_aspnet,
            ),
            (
                format!("{digest} over the password in UTF-16 and {name}"),
                format!("digest({WIDE}, {value})"),
                false,
            ),
        ];
        if is_aspnet && digest == "sha256" {
            all.push((
                "HMAC-SHA-256 of ASP.NET Universal Providers".to_owned(),
                format!("keyed(Buffer.concat(Array(4).fill({value})), {WIDE})"),
                true,
            ));
        }
        all.into_iter()
            .map(|(name, code, is_common)| Expression {
                name,
                code,
                is_common,
            })
            .collect()
    }

    fn reading(&self, expressions: &[&Expression]) -> Reading {
        let name = match expressions {
            [one] => one.name.clone(),
            several => format!("{} in one of {} ways", self.digest, several.len()),
        };
        let same = match expressions {
            [one] => format!("timingSafeEqual({}, wanted)", one.code),
            several => {
                let lines: Vec<String> = several
                    .iter()
                    .map(|it| format!("      {},\n", it.code))
                    .collect();
                format!(
                    "[\n{}    ].some((found) => timingSafeEqual(found, wanted))",
                    lines.concat()
                )
            }
        };
        let uses_salt = same.contains("salt");
        let (parts, hash) = self.shape.parts();
        let mut code = include_str!("../compare/digest.js")
            .replace("{{name}}", &name)
            .replace("{{unknown}}", &self.shape.unknown())
            .replace("{{parameters}}", self.shape.parameters(uses_salt, false))
            .replace("{{digest}}", self.digest)
            .replace("{{parts}}", &parts)
            .replace("{{hash}}", hash)
            .replace("{{encoding}}", self.shape.encoding)
            .replace("{{size}}", &self.shape.bytes.to_string())
            .replace("{{same}}", &same);
        // What is not used is not written.
        for (mark, line) in [("keyed", KEYED), ("hex", HEX)] {
            let line = if same.contains(&format!("{mark}(")) {
                line.replace("{{digest}}", self.digest)
            } else {
                String::new()
            };
            code = code.replace(&format!("{{{{{mark}}}}}"), &line);
        }
        let pace = if same.contains(".reduce(") {
            Pace::Rounds
        } else {
            Pace::Digest
        };
        Reading::new(name, &code, pace)
    }
}

const KEYED: &str = "    const keyed = (key, text) => require('crypto').createHmac('{{digest}}', key).update(text).digest();\n";
const HEX: &str = "    const hex = (bytes) => bytes.toString('hex');\n";

/// Those of frameworks, forums and shops: digest, for people, JavaScript.
const NESTED: &[(&str, &str, &str)] = &[
    (
        "md5",
        "over the password's MD5 and salt",
        "digest(hex(digest(typed)), salt)",
    ),
    (
        "md5",
        "over the MD5 of salt and of password",
        "digest(hex(digest(salt)), hex(digest(typed)))",
    ),
    (
        "md5",
        "over password and {salt} in braces",
        "digest(typed, '{', salt, '}')",
    ),
    (
        "sha1",
        "over password and {salt} in braces",
        "digest(typed, '{', salt, '}')",
    ),
    (
        "sha256",
        "over password and {salt} in braces",
        "digest(typed, '{', salt, '}')",
    ),
    (
        "sha512",
        "over password and {salt} in braces",
        "digest(typed, '{', salt, '}')",
    ),
    (
        "sha512",
        "of Symfony, 5000 rounds",
        "Array(5000).fill(`${typed}{${salt}}`).reduce((hash, text) => digest(hash, text), '')",
    ),
    (
        "sha1",
        "of OpenCart and WoltLab",
        "digest(salt, hex(digest(salt, hex(digest(typed)))))",
    ),
    (
        // The name stands in the place of the salt; PHP lowers the letters of ASCII.
        "sha1",
        "of SMF, over name and password",
        "digest(salt.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), typed)",
    ),
    (
        "sha1",
        "over the password's SHA-1 and salt",
        "digest(hex(digest(typed)), salt)",
    ),
    (
        "sha256",
        "over the password's SHA-256 and salt",
        "digest(hex(digest(typed)), salt)",
    ),
];

/// scrypt, as Node.js and better-auth call it.
fn scrypts(shape: Shape, salts: &[Salt]) -> Vec<Key> {
    let size = shape.bytes;
    let each = salts
        .iter()
        .flat_map(|salt| [8, 16].map(|block| (salt, block)));
    each.map(|(Salt { name, value, .. }, block)| Key {
        name: format!("scrypt with N 16384, r {block}, p 1 and {name}"),
        function: "scrypt",
        arguments: format!(
            "{value}, {size}, {{ N: 16384, r: {block}, p: 1, maxmem: 64 * 1024 * 1024 }}"
        ),
        parts: shape.key_parts(),
        size,
    })
    .collect()
}

/// PBKDF2 with digests and rounds that may be.
fn pbkdf2s(shape: Shape, salts: &[Salt], has_rounds: bool) -> Vec<Key> {
    let size = shape.bytes;
    let mut all = Vec::new();
    for (digests, count) in pairs(size, has_rounds) {
        let (told, rounds) = match count {
            Some(count) => (format!("{count} rounds"), count.to_string()),
            None => (
                "as many rounds as the row says".to_owned(),
                "Number(rounds)".to_owned(),
            ),
        };
        let each = digests
            .iter()
            .flat_map(|digest| salts.iter().map(move |salt| (digest, salt)));
        all.extend(each.map(|(digest, Salt { name, value, .. })| Key {
            name: format!("PBKDF2 with {digest}, {told} and {name}"),
            function: "pbkdf2",
            arguments: format!("{value}, {rounds}, {size}, '{digest}'"),
            parts: shape.key_parts(),
            size,
        }));
    }
    all
}

/// PBKDF2 as each row says that it was made. Without a digest it has SHA-1, as in RFC 8018 §A.2.
fn told(shape: Shape, salts: &[Salt]) -> Vec<Key> {
    const TOLD: &str = "    const digest = `sha${/sha-?(\\d+)/i.exec(algorithm)?.[1] ?? 1}`;\n    const count = Number(/\\bi=(\\d+)/.exec(algorithm)?.[1] ?? rounds);\n";
    let size = shape.bytes;
    let each = salts.iter().map(|Salt { name, value, .. }| Key {
        name: format!("PBKDF2 as the row's algorithm says and {name}"),
        function: "pbkdf2",
        arguments: format!("{value}, count, {size}, digest"),
        parts: format!("{}{TOLD}", shape.key_parts()),
        size,
    });
    each.collect()
}

/// Digests and rounds to try for keys of a size, the likeliest first.
fn pairs(size: usize, has_rounds: bool) -> Vec<(Vec<&'static str>, Option<u32>)> {
    let likely = digest(size).filter(|name| *name != "md5");
    let likely = likely.unwrap_or(if size > 64 { "sha256" } else { "sha1" });
    let others: Vec<&str> = ["sha512", "sha256", "sha1"]
        .into_iter()
        .filter(|name| *name != likely)
        .collect();
    if has_rounds {
        return vec![(vec![likely], None), (others, None)];
    }
    // Each block of a long key costs all rounds.
    let most = if size > 64 {
        COMMON_ROUNDS
    } else {
        ROUNDS.len()
    };
    let each = ROUNDS.iter().take(most).map(|it| (vec![likely], Some(*it)));
    let common = ROUNDS.iter().take(COMMON_ROUNDS);
    each.chain(common.map(|it| (others.clone(), Some(*it))))
        .collect()
}

/// Keys behind a salt of [`FRONT`] bytes, in one text.
fn fronts(shape: Shape) -> impl Iterator<Item = Key> {
    let size = shape.bytes.saturating_sub(FRONT);
    let parts = format!(
        "    const bytes = Buffer.from(stored, '{}');\n    const [salt, wanted] = [bytes.subarray(0, {FRONT}), bytes.subarray({FRONT})];\n",
        shape.encoding
    );
    pairs(size, false)
        .into_iter()
        .flat_map(|(digests, rounds)| digests.into_iter().map(move |digest| (digest, rounds)))
        .filter_map(|(digest, rounds)| Some((digest, rounds?)))
        .map(move |(digest, rounds)| Key {
            name: format!("PBKDF2 with {digest}, {rounds} rounds and a salt in front"),
            function: "pbkdf2",
            arguments: format!("salt, {rounds}, {size}, '{digest}'"),
            parts: parts.clone(),
            size,
        })
}

/// A key that is derived from the password.
struct Key {
    name: String,
    function: &'static str,
    /// Behind the password.
    arguments: String,
    parts: String,
    size: usize,
}

impl Key {
    fn reading(&self, shape: Shape) -> Reading {
        let uses_algorithm = self.parts.contains("algorithm");
        let uses_rounds = uses_algorithm || self.arguments.contains("rounds");
        let uses_salt = !self.parts.contains("salt");
        let mut parameters = shape.parameters(uses_salt, uses_rounds).to_owned();
        if uses_algorithm {
            parameters.push_str(", algorithm");
        }
        let code = include_str!("../compare/derived.js")
            .replace("{{name}}", &self.name)
            .replace("{{unknown}}", &shape.unknown())
            .replace("{{parameters}}", &parameters)
            .replace("{{function}}", self.function)
            .replace("{{parts}}", &self.parts)
            .replace("{{arguments}}", &self.arguments)
            .replace("{{size}}", &self.size.to_string());
        Reading::new(self.name.clone(), &code, Pace::Slow)
    }
}
