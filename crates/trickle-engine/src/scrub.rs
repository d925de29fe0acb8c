//! Takes passwords and configuration values out of what a run leaves behind.
//!
//! Here and nowhere else: what a worker says of itself is not believed, and everything that is logged or shown of a run comes
//! by here. What a script does to a secret on purpose (reverse it, spell it out) is not found; it is the tenant's own.

mod bytes;
mod canonical;
mod spellings;

use std::{cell::OnceCell, net::IpAddr, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde_json::Value;
use trickle_model::{Action, ExecutionReport, ExecutionRequest, Outcome, ScriptError, Secret};
use zeroize::Zeroizing;

use canonical::Canonical;

const STARS: &str = "***";

/// A password of fewer characters would be readable from the places of the stars, so the whole text goes.
const LEGIBLE_BELOW: usize = 4;

/// Configuration values of fewer characters are `true`, `1`, `5432`, `admin`: stars for them would make a log unreadable, and
/// who guesses them needs no log.
const CONFIGURATION_MIN_CHARS: usize = 6;

/// A text from here on may have been cut, in the middle of a secret.
const MAYBE_CUT_BYTES: usize = 1024;
/// The beginning of a secret that is taken out where the text ends with it; of longer ones the rest was cut before.
const BEGINNING_BYTES: usize = 4;
const BEGINNING_MAX_BYTES: usize = 256;

/// Whether a value can be the name of a machine.
fn is_host(value: &str) -> bool {
    let mut bytes = value.bytes();
    value.contains(|c: char| c.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// What must not stay.
#[derive(Default)]
pub struct Scrubber {
    needles: Vec<Canonical>,
    /// The same, as consoles show bytes.
    bytes: Vec<Zeroizing<String>>,
    parts: OnceCell<bytes::Parts>,
    /// Those that take the whole text along.
    short: Vec<Canonical>,
    /// What the configuration says of where the legacy store is: the log of connections is about these.
    hosts: Vec<String>,
    automaton: OnceCell<Option<AhoCorasick>>,
}

impl Scrubber {
    /// For a password, if there is one, and a configuration.
    pub fn new<'a>(
        password: Option<&Secret>,
        configuration: impl IntoIterator<Item = (&'a String, &'a Secret)>,
    ) -> Self {
        let mut scrubber = Self::default();
        let password = password.map(Secret::expose);
        if let Some(clear) = password {
            if clear.chars().count() < LEGIBLE_BELOW {
                scrubber.short.push(Canonical::of(clear));
            } else {
                scrubber.add(clear);
            }
        }
        for (key, value) in configuration {
            let clear = value.expose();
            let is_typed = password.is_some_and(|typed| typed.eq_ignore_ascii_case(clear));
            if is_host(clear) && !spellings::is_secret(key) && !is_typed {
                scrubber.hosts.push(clear.to_ascii_lowercase());
            }
            // Addresses of the legacy store are what refusals and drivers' errors are about.
            if clear.chars().count() >= CONFIGURATION_MIN_CHARS && clear.parse::<IpAddr>().is_err()
            {
                scrubber.add(clear);
            }
        }
        // An empty one is found everywhere.
        scrubber.short.retain(|needle| !needle.text.is_empty());
        scrubber.needles.retain(|needle| !needle.text.is_empty());
        scrubber
    }

    /// For a run that was ordered like this.
    pub fn of_request(request: &ExecutionRequest) -> Self {
        let password = match request.action {
            Action::Login | Action::ChangePassword => request.arguments.get(1),
            Action::Create => request
                .arguments
                .first()
                .and_then(|user| user.get("password")),
            _ => None,
        };
        let password = password.and_then(Value::as_str).map(Secret::new);
        Self::new(password.as_ref(), &request.binding.configuration)
    }

    fn add(&mut self, clear: &str) {
        let spellings = spellings::of(clear);
        self.needles
            .extend(spellings.iter().map(|spelling| Canonical::of(spelling)));
        self.bytes.extend(spellings);
    }

    /// Made when there is something to scrub: most runs say nothing. The case does not count: URLs and DNS have names in lower case, and
    /// so have errors that tell of them.
    fn automaton(&self) -> Option<&AhoCorasick> {
        let make = || {
            let needles = self.needles.iter().map(|needle| needle.text.as_str());
            let mut builder = AhoCorasick::builder();
            // What it takes by itself for few needles is a hundred times as large as they are.
            builder
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::LeftmostLongest)
                .ascii_case_insensitive(true)
                .build(needles)
        };
        // Only more needles than the machine can number cannot be built; a configuration has fewer.
        self.automaton.get_or_init(|| make().ok()).as_ref()
    }

    /// `HOST`, `HOST:PORT` or `IP:PORT`.
    fn target(&self, target: &mut String) {
        let host = match target.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => target.as_str(),
        };
        if !self.hosts.iter().any(|own| own == host) {
            self.text(target);
        }
    }

    fn text(&self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        let parts = self.parts.get_or_init(|| bytes::Parts::of(&self.bytes));
        replace(text, bytes::lists(text, parts));
        let canonical = Canonical::of(text);
        let folded = Zeroizing::new(canonical.text.to_ascii_lowercase());
        let is_in = |needle: &Canonical| folded.contains(&needle.text.to_ascii_lowercase());
        if self.short.iter().any(is_in) {
            STARS.clone_into(text);
            return;
        }
        let Some(automaton) = self.automaton() else {
            STARS.clone_into(text);
            return;
        };
        let found = automaton.find_iter(canonical.text.as_str());
        let original = |start, end| {
            let (start, end) = canonical.original(start, end);
            start..end
        };
        let mut places: Vec<_> = found
            .map(|found| original(found.start(), found.end()))
            .collect();
        if text.len() >= MAYBE_CUT_BYTES
            && let Some(start) = self.beginning_at_end(&canonical.text)
        {
            places.push(original(start, canonical.text.len()));
        }
        replace(text, places);
    }

    /// Where the beginning of a secret starts that the text ends with.
    fn beginning_at_end(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let longest = |needle: &Canonical| {
            let needle = needle.text.as_bytes();
            let most = needle.len().min(bytes.len()).min(BEGINNING_MAX_BYTES);
            (BEGINNING_BYTES..most).rev().find(|&length| {
                bytes[bytes.len() - length..].eq_ignore_ascii_case(&needle[..length])
            })
        };
        let longest = self.needles.iter().filter_map(longest).max()?;
        Some(text.len() - longest).filter(|&start| text.is_char_boundary(start))
    }

    fn error(&self, error: &mut ScriptError) {
        self.text(&mut error.name);
        self.text(&mut error.message);
        for text in [
            &mut error.code,
            &mut error.errno,
            &mut error.sql_state,
            &mut error.user_id,
            &mut error.description,
            &mut error.stack,
        ]
        .into_iter()
        .flatten()
        {
            self.text(text);
        }
        for line in &mut error.source {
            self.text(&mut line.text);
        }
    }

    /// Scrubs all that is logged or shown; a profile is data and stays as it is.
    pub fn report(&self, report: &mut ExecutionReport) {
        for line in &mut report.console {
            self.text(&mut line.text);
        }
        match &mut report.outcome {
            Outcome::WrongCredentials(Some(error))
            | Outcome::Refused(error)
            | Outcome::ScriptError(error)
            | Outcome::LegacyStoreDown(_, error) => self.error(error),
            Outcome::BadAnswer(text) | Outcome::Crashed(text) => self.text(text),
            Outcome::EgressDenied(target) => self.target(target),
            Outcome::Profile(_)
            | Outcome::Done(_)
            | Outcome::NoSuchUser
            | Outcome::WrongCredentials(None)
            | Outcome::DidNotAnswer
            | Outcome::TooSlow(_)
            | Outcome::TooMuchCpu(_)
            | Outcome::TooMuchMemory(_)
            | Outcome::OverLimit(_)
            | Outcome::Busy => {}
        }
        for place in &mut report.waiting {
            self.text(place);
        }
        for line in &mut report.egress {
            self.target(&mut line.target);
            if let Some(name) = &mut line.name {
                self.target(name);
            }
        }
        for module in &mut report.modules {
            self.text(&mut module.requested);
            self.text(&mut module.resolved);
        }
    }
}

/// Stars in these places, which are in order; the last one may begin within the one before.
fn replace(text: &mut String, places: Vec<Range<usize>>) {
    if places.is_empty() {
        return;
    }
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        if place.start >= from {
            clean.push_str(&text[from..place.start]);
            clean.push_str(STARS);
        }
        from = from.max(place.end);
    }
    clean.push_str(&text[from..]);
    // What was there is a secret in parts.
    drop(Zeroizing::new(std::mem::replace(text, clean)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(scrubber: &Scrubber, text: &str) -> String {
        let mut text = text.to_owned();
        scrubber.text(&mut text);
        text
    }

    fn of_password(password: &str, text: &str) -> String {
        scrubbed(&Scrubber::new(Some(&Secret::new(password)), []), text)
    }

    fn of_value(value: &str, text: &str) -> String {
        let (key, value) = ("KEY".to_owned(), Secret::new(value));
        scrubbed(&Scrubber::new(None, [(&key, &value)]), text)
    }

    #[test]
    fn every_spelling_goes() {
        assert_eq!(
            of_password("s3cret!", "got s3cret! twice s3cret!"),
            "got *** twice ***"
        );
        assert_eq!(
            of_password("a\"b\\c", r#"{"password":"a\"b\\c"}"#),
            r#"{"password":"***"}"#
        );
        assert_eq!(of_password("p&ss=1", "GET /?p=p%26ss%3D1"), "GET /?p=***");
        assert_eq!(
            of_password("s3cret!", "<Buffer 73 33 63 72 65 74 21>"),
            "<Buffer ***>"
        );
        assert_eq!(
            of_password("s3cret!", "Basic YWRhOnMzY3JldCE="),
            "Basic YWRhOn***E="
        );
        assert_eq!(
            of_password("it's-me!", "password = 'it''s-me!'"),
            "password = '***'"
        );
        assert_eq!(
            of_password("S3cretß!", "S3cretÃ\u{9f}! s3CRETß!"),
            "*** ***"
        );
    }

    #[test]
    fn a_short_password_takes_the_whole_text_along() {
        assert_eq!(of_password("a", "banana"), "***");
        assert_eq!(of_password("a", "nothing here"), "nothing here");
    }

    #[test]
    fn an_empty_password_changes_nothing() {
        assert_eq!(of_password("", "text"), "text");
    }

    #[test]
    fn values_that_stand_everywhere_stay() {
        for value in ["1", "true", "5432", "admin", "10.0.0.5", "2001:db8::5"] {
            let text = format!("connect to {value} failed");
            assert_eq!(of_value(value, &text), text);
        }
        assert_eq!(of_value("hunter2", "it is hunter2"), "it is ***");
    }

    fn target_of(password: &str, key: &str, value: &str, target: &str) -> String {
        let (key, value) = (key.to_owned(), Secret::new(value));
        let scrubber = Scrubber::new(Some(&Secret::new(password)), [(&key, &value)]);
        let mut target = target.to_owned();
        scrubber.target(&mut target);
        target
    }

    #[test]
    fn names_that_were_looked_up_tell_no_secret() {
        for (target, shown) in [
            ("hunter2x.evil.example", "***.evil.example"),
            ("sk_live_0123.evil.example", "***.evil.example"),
            ("sk_live_0123", "***"),
            ("48756e7465723278.evil.example", "***.evil.example"),
            ("db.internal", "db.internal"),
            ("10.0.0.5:5432", "10.0.0.5:5432"),
        ] {
            let seen = target_of("Hunter2x", "API_KEY", "sk_live_0123", target);
            assert_eq!(seen, shown);
        }
    }

    #[test]
    fn the_legacy_stores_own_name_stays_in_the_log_of_connections() {
        let target = |key, target| target_of("password", key, "db.Internal", target);
        assert_eq!(target("HOST", "db.internal"), "db.internal");
        assert_eq!(target("HOST", "db.internal:5432"), "db.internal:5432");
        assert_eq!(target("HOST", "x.db.internal"), "x.***");
        assert_eq!(target("DB_PASSWORD", "db.internal"), "***");
        assert_eq!(
            target_of("db.internal", "HOST", "db.internal", "db.internal"),
            "***"
        );
    }

    #[test]
    fn a_value_at_the_cut_end_of_a_line_goes_too() {
        let line = format!("{} api-key", "x".repeat(MAYBE_CUT_BYTES));
        assert!(of_value("api-key-0123456789", &line).ends_with("x ***"));
    }
}
