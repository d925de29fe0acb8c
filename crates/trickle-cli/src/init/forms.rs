//! Forms of hash: what they look like, and how scripts compare them.

mod keycloak;
mod marked;
mod recognise;
mod salts;
mod unmarked;

pub use keycloak::most;
pub use recognise::{Evidence, Recognised, Sample, recognise};

/// What hashes of one look are, and how they may be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// For people: `bcrypt`, `sha1 with its salt`.
    pub name: String,
    /// What such a hash matches and no other does.
    pub pattern: Pattern,
    /// How many hashes look so.
    pub count: usize,
    /// The ways to compare, the likeliest first. A known user's password tells which is right.
    pub readings: Vec<Reading>,
    /// The way for a form of which no password is known; none where it would be a mere guess.
    pub unproven: Option<Reading>,
}

/// A regular expression that Rust and JavaScript read alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    any_case: bool,
}

/// A way to compare, in JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// For people: `sha1 over salt and password`.
    pub name: String,
    /// The lines above the function.
    pub comment: String,
    /// An expression: a hash that no password fits, for users that there are not.
    pub unknown: String,
    /// `async function matches(typed, stored, salt, rounds) { … }`, of whose parameters the last may be missing.
    pub function: String,
    /// How long it takes.
    pub pace: Pace,
}

/// How long a comparison takes: one digest, many in JavaScript, or what was made to be slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// Microseconds.
    Digest,
    /// Milliseconds.
    Rounds,
    /// Tens of milliseconds and more.
    Slow,
}

impl Pattern {
    fn new(text: impl Into<String>, any_case: bool) -> Self {
        let text = text.into();
        Self { text, any_case }
    }

    fn matches(&self, hash: &str) -> bool {
        let case = if self.any_case { "(?i)" } else { "" };
        regex::Regex::new(&format!("{case}{}", self.text))
            .expect("the patterns of all forms are tried by tests")
            .is_match(hash)
    }
}

impl std::fmt::Display for Pattern {
    /// As JavaScript writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flag = if self.any_case { "i" } else { "" };
        write!(f, "/{}/{flag}", self.text)
    }
}

impl Reading {
    /// Takes a file of `compare/` apart: comments, `const UNKNOWN = …;`, the function.
    fn new(name: impl Into<String>, code: &str, pace: Pace) -> Self {
        const UNKNOWN: &str = "  const UNKNOWN = ";
        const FUNCTION: &str = "  async function matches(";
        let place = |mark: &str| {
            code.find(mark)
                .expect("each file of compare/ has all parts")
        };
        let (unknown, function) = (place(UNKNOWN), place(FUNCTION));
        Self {
            name: name.into(),
            comment: code[..unknown].to_owned(),
            unknown: code[unknown + UNKNOWN.len()..function]
                .trim_end()
                .trim_end_matches(';')
                .to_owned(),
            function: code[function..].to_owned(),
            pace,
        }
    }

    /// The same over the password's SHA-256 in hexadecimal digits, which Meteor's clients send in its place.
    fn over_sha256(&self) -> Self {
        self.over(
            "the password's SHA-256",
            "matches(plain, stored) {\n    // Meteor's clients send the SHA-256 of what was typed.\n    const typed = require('crypto').createHash('sha256').update(plain).digest('hex');\n",
        )
    }

    /// The same over password and pepper, as Devise has it.
    fn over_pepper(&self) -> Self {
        self.over(
            "password and pepper",
            "matches(plain, stored) {\n    const typed = plain + configuration.PEPPER;\n",
        )
    }

    /// The same over name and password, as SMF has it since 2.1; the name stands where a salt would.
    fn over_name(&self) -> Self {
        self.over(
            "name and password",
            "matches(plain, stored, salt) {\n    const typed = salt.toLowerCase() + plain;\n",
        )
    }

    /// With another head, which makes `typed` of something.
    fn over(&self, what: &str, head: &str) -> Self {
        const HEAD: &str = "matches(typed, stored) {\n";
        Self {
            name: format!("{} over {what}", self.name),
            function: self.function.replace(HEAD, head),
            ..self.clone()
        }
    }

    /// Whether it looks at what stands beside the hash: `salt`, or `rounds`.
    pub fn needs(&self, parameter: &str) -> bool {
        let head = self.function.lines().next().unwrap_or_default();
        head.contains(&format!(", {parameter}"))
    }
}
