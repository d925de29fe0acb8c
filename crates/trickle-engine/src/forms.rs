//! In what form identifiers and passwords reach scripts and hashes: `options.trickle.text`.

use serde_json::Value;
use trickle_model::{ConnectionOptions, Secret};
use unicode_normalization::UnicodeNormalization as _;

/// As many bytes of a password as bcrypt counts.
const BCRYPT_BYTES: usize = 72;

const EXPECTED: &str = "an object of lists: identifier of trim, lower, nfc and nfkc, password of trim, nfc, nfkc and bytes72";

/// One thing that is done to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Without space around it.
    Trim,
    /// In lower case.
    Lower,
    /// Letters and their marks as one character (Unicode Annex 15).
    Nfc,
    /// The same, and forms of one letter made equal.
    Nfkc,
    /// Cut at 72 bytes, before the character that would cross them.
    Bytes72,
}

/// What is done to texts, in this order; nothing unless the connection says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextForms {
    identifier: Vec<Step>,
    password: Vec<Step>,
}

impl TextForms {
    /// Those of a connection.
    pub(crate) fn of(options: &ConnectionOptions) -> Self {
        // Checked when it was stored.
        Self::parse(options.own("text")).unwrap_or_default()
    }

    /// Reads the option, or says what it should be.
    pub(crate) fn parse(value: Option<&Value>) -> Result<Self, &'static str> {
        let settings = match value {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(settings)) => settings,
            Some(_) => return Err(EXPECTED),
        };
        let mut forms = Self::default();
        for (key, value) in settings {
            let steps = value.as_array().ok_or(EXPECTED)?.iter();
            let steps = steps.map(|step| step.as_str().and_then(Step::read).ok_or(EXPECTED));
            let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
            match key.as_str() {
                "identifier" if !steps.contains(&Step::Bytes72) => forms.identifier = steps,
                "password" if !steps.contains(&Step::Lower) => forms.password = steps,
                _ => return Err(EXPECTED),
            }
        }
        Ok(forms)
    }

    /// An identifier as typed, in the connection's form.
    pub(crate) fn identifier(&self, typed: &str) -> String {
        apply(&self.identifier, typed)
    }

    /// A name or address of a profile: its characters are those of identifiers, and it stays as it is otherwise.
    pub(crate) fn composed(&self, text: String) -> String {
        let steps = self.identifier.iter().copied();
        let steps: Vec<Step> = steps
            .filter(|step| matches!(step, Step::Nfc | Step::Nfkc))
            .collect();
        if steps.is_empty() {
            return text;
        }
        apply(&steps, &text)
    }

    /// A password as typed, in the connection's form; nothing where that is the same.
    pub(crate) fn password(&self, typed: &Secret) -> Option<Secret> {
        if self.password.is_empty() {
            return None;
        }
        let changed = Secret::new(apply(&self.password, typed.expose()));
        (changed.expose() != typed.expose()).then_some(changed)
    }
}

impl Step {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "trim" => Self::Trim,
            "lower" => Self::Lower,
            "nfc" => Self::Nfc,
            "nfkc" => Self::Nfkc,
            "bytes72" => Self::Bytes72,
            _ => return None,
        })
    }
}

fn apply(steps: &[Step], text: &str) -> String {
    let mut text = text.to_owned();
    for step in steps {
        text = match step {
            Step::Trim => text.trim().to_owned(),
            Step::Lower => text.to_lowercase(),
            Step::Nfc => text.nfc().collect(),
            Step::Nfkc => text.nfkc().collect(),
            Step::Bytes72 => {
                text.truncate(text.floor_char_boundary(BCRYPT_BYTES));
                text
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn forms(value: &Value) -> TextForms {
        TextForms::parse(Some(value)).unwrap()
    }

    #[test]
    fn nothing_is_done_unless_it_is_said() {
        let forms = TextForms::default();
        assert_eq!(forms.identifier(" Ada "), " Ada ");
        assert!(forms.password(&Secret::new("e\u{301} ")).is_none());
        assert_eq!(forms.composed("e\u{301}".to_owned()), "e\u{301}");
    }

    #[test]
    fn each_step_does_what_it_is_called() {
        let forms = forms(&json!({
            "identifier": ["trim", "lower", "nfc"], "password": ["trim", "nfkc", "bytes72"],
        }));
        assert_eq!(forms.identifier(" E\u{301}va "), "\u{e9}va");
        // Profiles keep their case.
        assert_eq!(forms.composed("E\u{301}va ".to_owned()), "\u{c9}va ");
        let password = |typed: &str| {
            let changed = forms.password(&Secret::new(typed));
            changed.map(|changed| changed.expose().to_owned())
        };
        assert_eq!(password("plain"), None);
        assert_eq!(password(" \u{ff11}\u{fb01} ").as_deref(), Some("1fi"));
        let long = format!("{}\u{e9}", "x".repeat(71));
        assert_eq!(password(&long).as_deref(), Some("x".repeat(71).as_str()));
        let shown = format!("{:?}", forms.password(&Secret::new(" x")));
        assert!(!shown.contains('x'), "{shown}");
    }

    #[test]
    fn other_settings_are_refused() {
        for odd in [
            json!("nfc"),
            json!({"identifier": "nfc"}),
            json!({"identifier": ["nfd"]}),
            json!({"identifier": ["bytes72"]}),
            json!({"password": ["lower"]}),
            json!({"passwords": []}),
            json!({"password": [1]}),
        ] {
            assert!(TextForms::parse(Some(&odd)).is_err(), "{odd}");
        }
        assert_eq!(
            TextForms::parse(Some(&Value::Null)),
            Ok(TextForms::default())
        );
    }
}
