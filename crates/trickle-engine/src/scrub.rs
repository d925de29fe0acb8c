//! Takes passwords and configuration values out of what a run leaves behind.
//!
//! Here and nowhere else: what a worker says of itself is not believed, and everything that is logged or shown of a run comes
//! by here. What a script does to a secret on purpose (reverse it, spell it out) is not found; it is the tenant's own.

mod bytes;
mod canonical;
mod kept;
mod spellings;
mod words;

use std::{
    net::IpAddr,
    ops::Range,
    sync::{Arc, OnceLock},
};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde_json::Value;
use trickle_model::{Action, ExecutionReport, ExecutionRequest, Outcome, ScriptError, Secret};
use zeroize::Zeroizing;

use canonical::Canonical;

pub(crate) use kept::KeptNeedles;

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

/// What must not stay: texts in all their spellings.
#[derive(Default)]
pub(crate) struct Needles {
    /// In lower case, sorted.
    texts: Vec<Zeroizing<String>>,
    /// As consoles show bytes.
    parts: bytes::Parts,
    /// Those that take the whole text along.
    short: Vec<Zeroizing<String>>,
    /// What the configuration says of where the legacy store is: the log of connections is about these.
    hosts: Vec<String>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Needles {
    fn of_password(clear: &str) -> Self {
        let mut needles = Self::default();
        if clear.chars().count() < LEGIBLE_BELOW {
            let short = spelling(clear);
            // An empty one is found everywhere.
            needles.short.extend((!short.is_empty()).then_some(short));
        } else {
            needles.add([clear]);
        }
        needles
    }

    /// Those of a configuration.
    pub(crate) fn of_configuration<'a>(
        configuration: impl IntoIterator<Item = (&'a String, &'a Secret)>,
    ) -> Self {
        let mut needles = Self::default();
        let mut secrets = Vec::new();
        for (key, value) in configuration {
            let clear = value.expose();
            if is_host(clear) && !spellings::is_secret(key) {
                needles.hosts.push(clear.to_ascii_lowercase());
            }
            // Addresses of the legacy store are what refusals and drivers' errors are about.
            if clear.chars().count() >= CONFIGURATION_MIN_CHARS && clear.parse::<IpAddr>().is_err()
            {
                secrets.push(clear);
            }
        }
        needles.add(secrets);
        needles
    }

    fn add<'a>(&mut self, secrets: impl IntoIterator<Item = &'a str>) {
        let mut secrets: Vec<_> = secrets.into_iter().collect();
        // Passwords are shorter than what uses up the room.
        secrets.sort_by_key(|secret| secret.len());
        let wide: Vec<_> = secrets
            .iter()
            .filter_map(|secret| spellings::wide(secret))
            .collect();
        let mut room = spellings::Room::default();
        let spellings: Vec<_> = secrets
            .into_iter()
            .flat_map(|secret| spellings::of(secret, &mut room))
            .collect();
        let bytes = spellings.iter().map(|text| text.as_bytes());
        self.parts = bytes::Parts::of(bytes.chain(wide.iter().map(|wide| &wide[..])));
        self.texts = spellings.iter().map(|text| spelling(text)).collect();
        self.texts.retain(|text| !text.is_empty());
        self.texts
            .sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        self.texts.dedup();
    }

    /// The memory that they take, the automaton's as well once it is made.
    fn bytes(&self) -> usize {
        let texts = self.texts.iter().chain(&self.short);
        let texts: usize = texts.map(|text| text.capacity() + size_of_val(text)).sum();
        let hosts: usize = self.hosts.iter().map(String::capacity).sum();
        let automaton = self.automaton.get().and_then(Option::as_ref);
        let automaton = automaton.map_or(0, AhoCorasick::memory_usage);
        size_of::<Self>() + texts + hosts + self.parts.bytes() + automaton
    }

    /// Made when there is something to scrub, or before by [`KeptNeedles`].
    fn automaton(&self) -> Option<&AhoCorasick> {
        let make = || {
            let mut builder = AhoCorasick::builder();
            // What it takes by itself for few needles is a hundred times as large as they are.
            builder
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::LeftmostLongest)
                .build(self.texts.iter().map(|text| text.as_str()))
        };
        // Only more needles than the machine can number cannot be built; a configuration has fewer.
        self.automaton.get_or_init(|| make().ok()).as_ref()
    }

    /// Where the beginning of a secret starts that the text ends with.
    fn beginning_at_end(&self, text: &str) -> Option<usize> {
        let last = text.len().checked_sub(BEGINNING_BYTES)?;
        let first = text.len().saturating_sub(BEGINNING_MAX_BYTES);
        let begins = |start: &usize| {
            text.get(*start..).is_some_and(|end| {
                let at = self.texts.partition_point(|secret| secret.as_str() < end);
                self.texts
                    .get(at)
                    .is_some_and(|secret| secret.starts_with(end))
            })
        };
        (first..=last).find(begins)
    }
}

/// The one spelling, in lower case.
fn spelling(text: &str) -> Zeroizing<String> {
    Zeroizing::new(Canonical::of(text).text.to_ascii_lowercase())
}

/// Takes out what must not stay of one run.
pub struct Scrubber {
    configuration: Arc<Needles>,
    password: Needles,
}

impl Scrubber {
    /// For a password, if there is one, and a configuration.
    pub fn new<'a>(
        password: Option<&Secret>,
        configuration: impl IntoIterator<Item = (&'a String, &'a Secret)>,
    ) -> Self {
        Self::with(password, Arc::new(Needles::of_configuration(configuration)))
    }

    /// The same, for a configuration that was looked at before.
    pub(crate) fn with(password: Option<&Secret>, configuration: Arc<Needles>) -> Self {
        let password = password.map(|password| Needles::of_password(password.expose()));
        Self {
            configuration,
            password: password.unwrap_or_default(),
        }
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

    /// `HOST`, `HOST:PORT` or `IP:PORT`.
    fn target(&self, target: &mut String) {
        let host = match target.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => target.as_str(),
        };
        let is_own = self.configuration.hosts.iter().any(|own| own == host);
        if is_own {
            take_out(target, &[&self.password], words::none);
        } else {
            self.text(target);
        }
    }

    fn text(&self, text: &mut String) {
        self.text_beside(text, words::none);
    }

    /// All but the names that are nobody's secret, whole as they are.
    fn text_beside(&self, text: &mut String, own: words::Own) {
        take_out(text, &[&*self.configuration, &self.password], own);
    }

    fn error(&self, error: &mut ScriptError) {
        if !words::is_class(&error.name) {
            self.text(&mut error.name);
        }
        self.text(&mut error.message);
        let code = error.code.as_mut().filter(|code| !words::is_code(code));
        for text in [
            code,
            error.errno.as_mut(),
            error.sql_state.as_mut(),
            error.user_id.as_mut(),
            error.description.as_mut(),
        ]
        .into_iter()
        .flatten()
        {
            self.text(text);
        }
        if let Some(stack) = &mut error.stack {
            self.text_beside(stack, words::head);
        }
        for line in &mut error.source {
            self.text_beside(&mut line.text, words::classes);
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

/// `own` finds what stays, whatever of it looks like a secret.
fn take_out(text: &mut String, needles: &[&Needles], own: words::Own) {
    if text.is_empty() {
        return;
    }
    let may_be_cut = text.len() >= MAYBE_CUT_BYTES;
    let parts: Vec<_> = needles.iter().map(|needles| &needles.parts).collect();
    replace(text, bytes::lists(text, &parts));
    let canonical = Canonical::of(text);
    // The case does not count: URLs and DNS have names in lower case, and so have errors that tell of them.
    let folded = Zeroizing::new(canonical.text.to_ascii_lowercase());
    let own = own(text);
    let is_own = |place: &Range<usize>| {
        own.iter()
            .any(|word| word.start <= place.start && place.end <= word.end)
    };
    let original = |(start, end)| {
        let (start, end) = canonical.original(start, end);
        start..end
    };
    let mut places = Vec::new();
    for needles in needles {
        let is_in = |short: &Zeroizing<String>| {
            let mut found = folded.match_indices(short.as_str());
            found.any(|(at, part)| !is_own(&original((at, at + part.len()))))
        };
        let automaton = needles.automaton();
        let Some(automaton) = automaton.filter(|_| !needles.short.iter().any(is_in)) else {
            STARS.clone_into(text);
            return;
        };
        let found = automaton.find_iter(folded.as_str());
        places.extend(found.map(|found| (found.start(), found.end())));
        if may_be_cut && let Some(start) = needles.beginning_at_end(&folded) {
            places.push((start, folded.len()));
        }
    }
    places.sort_unstable();
    let places = places.into_iter().map(original);
    replace(text, places.filter(|place| !is_own(place)).collect());
}

/// Stars in these places, which are in order of their beginnings; one may begin within the one before.
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
            of_password("S3cretß!", "S3cretÃ\u{9f}! s3CRETß! S3cretC\u{1f}!"),
            "*** *** ***"
        );
        assert_eq!(
            of_password("p(ss*é", r"no entry for (pw=p\28SS\2A\C3\A9)"),
            "no entry for (pw=***)"
        );
        // As Active Directory has it, in quotes.
        assert_eq!(
            of_password(
                "S3cr!",
                "<Buffer 22 00 53 00 33 00 63 00 72 00 21 00 22 00>"
            ),
            "<Buffer 22 00 *** 22 00>"
        );
        assert_eq!(
            of_password("S3cr!t", "IgBTADMAYwByACEAdAAiAA=="),
            "IgB***AiAA=="
        );
    }

    #[test]
    fn a_short_password_takes_the_whole_text_along() {
        assert_eq!(of_password("a", "banana"), "***");
        assert_eq!(of_password("a", "nothing here"), "nothing here");
    }

    fn error_with(password: &str) -> ScriptError {
        let own = "new WrongUsernameOrPasswordError(email)";
        let mut error = ScriptError {
            name: "WrongUsernameOrPasswordError".into(),
            message: format!("it was {password}"),
            code: Some("wrongusernameorpassword".into()),
            stack: Some(format!(
                "WrongUsernameOrPasswordError: it was {password}\n    at login.js:2:3"
            )),
            source: vec![trickle_model::SourceLine {
                line: 2,
                text: format!("callback({own}); // {password} WrongUsernameOrPasswordErrors"),
                column: None,
            }],
            ..ScriptError::default()
        };
        Scrubber::new(Some(&Secret::new(password)), []).error(&mut error);
        error
    }

    #[test]
    fn names_of_errors_stay_whole_and_messages_do_not() {
        let error = error_with("wrong");
        assert_eq!(
            error.to_string(),
            "WrongUsernameOrPasswordError: it was ***"
        );
        assert_eq!(error.code.as_deref(), Some("wrongusernameorpassword"));
        assert_eq!(
            error.stack.as_deref(),
            Some("WrongUsernameOrPasswordError: it was ***\n    at login.js:2:3")
        );
        assert_eq!(
            error.source[0].text,
            "callback(new WrongUsernameOrPasswordError(email)); // *** ***UsernameOrPasswordErrors"
        );
        // A short one takes all along but a name.
        let error = error_with("err");
        assert_eq!(error.to_string(), "WrongUsernameOrPasswordError: ***");
        assert_eq!(error.stack.as_deref(), Some("***"));
        // What only begins as a name does is the script's own.
        let error = error_with("Error: it was");
        let stack = error.stack.unwrap();
        assert!(!stack.contains("it was"), "{stack}");
        let mut made_up = ScriptError {
            name: "wrongError".into(),
            code: Some("ERR_TLS_wrong".into()),
            ..ScriptError::default()
        };
        Scrubber::new(Some(&Secret::new("wrong")), []).error(&mut made_up);
        assert_eq!(
            (made_up.name.as_str(), made_up.code.as_deref()),
            ("***Error", Some("ERR_TLS_***"))
        );
    }

    #[test]
    fn what_a_script_prints_has_no_names_that_stay() {
        assert_eq!(
            of_password("wrong", "WrongUsernameOrPasswordError"),
            "***UsernameOrPasswordError"
        );
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
