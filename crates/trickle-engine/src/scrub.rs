//! Takes the typed password out of what a run leaves behind.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use trickle_model::{ExecutionReport, Outcome, ScriptError, Secret};
use zeroize::Zeroizing;

const STARS: &str = "***";

/// A password of fewer characters would be readable from the places of the stars, so the whole text goes.
const LEGIBLE_BELOW: usize = 4;

/// The spellings of one password that must not stay.
pub(crate) struct Scrubber {
    spellings: Vec<Zeroizing<String>>,
    whole: bool,
}

impl Scrubber {
    /// For this password.
    pub(crate) fn new(password: &Secret) -> Self {
        let clear = password.expose();
        let json = Value::String(clear.to_owned()).to_string();
        let mut spellings = vec![
            Zeroizing::new(clear.to_owned()),
            Zeroizing::new(json[1..json.len() - 1].to_owned()),
            Zeroizing::new(utf8_percent_encode(clear, NON_ALPHANUMERIC).to_string()),
        ];
        // The longest first: a shorter spelling may be part of it.
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings.dedup();
        spellings.retain(|spelling| !spelling.is_empty());
        Self {
            spellings,
            whole: clear.chars().count() < LEGIBLE_BELOW,
        }
    }

    fn text(&self, text: &mut String) {
        for spelling in &self.spellings {
            if !text.contains(spelling.as_str()) {
                continue;
            }
            if self.whole {
                STARS.clone_into(text);
                return;
            }
            *text = text.replace(spelling.as_str(), STARS);
        }
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
    pub(crate) fn report(&self, report: &mut ExecutionReport) {
        for line in &mut report.console {
            self.text(&mut line.text);
        }
        match &mut report.outcome {
            Outcome::WrongCredentials(Some(error))
            | Outcome::Refused(error)
            | Outcome::ScriptError(error)
            | Outcome::LegacyStoreDown(_, error) => self.error(error),
            Outcome::BadAnswer(text) | Outcome::EgressDenied(text) | Outcome::Crashed(text) => {
                self.text(text);
            }
            Outcome::Profile(_)
            | Outcome::Done(_)
            | Outcome::NoSuchUser
            | Outcome::WrongCredentials(None)
            | Outcome::DidNotAnswer
            | Outcome::TooSlow(_)
            | Outcome::TooMuchCpu(_)
            | Outcome::TooMuchMemory(_)
            | Outcome::Busy => {}
        }
        for place in &mut report.waiting {
            self.text(place);
        }
        for module in &mut report.modules {
            self.text(&mut module.requested);
            self.text(&mut module.resolved);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(password: &str, text: &str) -> String {
        let mut text = text.to_owned();
        Scrubber::new(&Secret::new(password)).text(&mut text);
        text
    }

    #[test]
    fn every_spelling_goes() {
        assert_eq!(
            scrubbed("s3cret!", "got s3cret! twice s3cret!"),
            "got *** twice ***"
        );
        assert_eq!(
            scrubbed("a\"b\\c", r#"{"password":"a\"b\\c"}"#),
            r#"{"password":"***"}"#
        );
        assert_eq!(scrubbed("p&ss=1", "GET /?p=p%26ss%3D1"), "GET /?p=***");
    }

    #[test]
    fn a_short_password_takes_the_whole_text_along() {
        assert_eq!(scrubbed("a", "banana"), "***");
        assert_eq!(scrubbed("a", "nothing here"), "nothing here");
    }

    #[test]
    fn an_empty_password_changes_nothing() {
        assert_eq!(scrubbed("", "text"), "text");
    }
}
