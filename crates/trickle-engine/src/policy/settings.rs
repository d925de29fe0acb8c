//! A connection's policy, from either of the two shapes that its options may have.

use serde_json::{Map, Value};
use trickle_model::{ConnectionOptions, Profile};
use zxcvbn::zxcvbn;

use super::{
    PolicyBreach, Report,
    rules::{Composition, Kind, LONGEST},
    similar::{contains_any, personal_words},
};

/// Most hashes of a history.
const HISTORY_MAX: u64 = 24;

/// What a connection asks of new passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    composition: Composition,
    /// Passwords that an attacker finds among so many first guesses are common.
    common: Option<u64>,
    forbidden: Vec<String>,
    personal: Option<Vec<String>>,
    /// So many earlier passwords may not come again.
    pub(crate) history: usize,
}

impl PasswordPolicy {
    /// The policy of a connection; `password_options` wins over the older five keys.
    pub fn of(options: &ConnectionOptions) -> Self {
        let options = options.as_map();
        match object(options, "password_options") {
            Some(new) => Self::from_new(new),
            None => Self::from_old(options),
        }
    }

    /// How a password does under every rule of composition; an empty one shows the rules.
    pub fn report(&self, password: &str) -> Report {
        self.composition.report(password)
    }

    /// Judges a password for a person of whom this is known. The history is judged elsewhere, as it needs the store.
    ///
    /// # Errors
    /// The first breach.
    pub fn check(&self, password: &str, about: &Profile) -> Result<(), PolicyBreach> {
        let report = self.report(password);
        if !report.verified() {
            return Err(PolicyBreach::Weak(report));
        }
        let lower = password.to_lowercase();
        if self.forbidden.contains(&lower)
            || self
                .common
                .is_some_and(|most| zxcvbn(&lower, &[]).guesses() <= most)
        {
            return Err(PolicyBreach::Common);
        }
        if let Some(fields) = &self.personal
            && contains_any(&lower, &personal_words(about, fields))
        {
            return Err(PolicyBreach::Personal);
        }
        Ok(())
    }

    fn from_old(options: &Map<String, Value>) -> Self {
        let level = options.get("passwordPolicy").and_then(Value::as_str);
        let mut composition = level_of(level.unwrap_or("none"));
        let chosen = object(options, "password_complexity_options");
        if let Some(least) = chosen.and_then(|chosen| count(chosen, "min_length", 1, 128)) {
            composition.min_length = least;
        }
        let enabled = |name| object(options, name).filter(|inner| flag(inner, "enable"));
        let dictionary = enabled("password_dictionary");
        Self {
            composition,
            common: dictionary.map(|_| 10_000),
            forbidden: dictionary.map_or_else(Vec::new, |inner| words(inner, "dictionary")),
            personal: enabled("password_no_personal_info").map(|_| Vec::new()),
            history: enabled("password_history").map_or(0, history),
        }
    }

    fn from_new(options: &Map<String, Value>) -> Self {
        let active = |name| object(options, name).filter(|inner| flag(inner, "active"));
        let dictionary = active("dictionary");
        let guesses =
            |inner: &Map<String, Value>| match inner.get("default").and_then(Value::as_str) {
                Some("en_100k") => 100_000,
                _ => 10_000,
            };
        Self {
            composition: object(options, "complexity").map_or_else(|| level_of("none"), complexity),
            common: dictionary.map(guesses),
            forbidden: dictionary.map_or_else(Vec::new, |inner| words(inner, "custom")),
            personal: active("profile_data").map(|inner| words(inner, "blocked_fields")),
            history: active("history").map_or(0, history),
        }
    }
}

fn level_of(level: &str) -> Composition {
    let three_of_four = Composition {
        min_length: 8,
        kinds: Kind::ALL.to_vec(),
        at_least: Some(3),
        identical: None,
        sequential: None,
        max_length: LONGEST,
    };
    let none = Composition {
        min_length: 1,
        kinds: Vec::new(),
        at_least: None,
        ..three_of_four.clone()
    };
    match level {
        "low" => Composition {
            min_length: 6,
            ..none
        },
        "fair" => Composition {
            min_length: 8,
            kinds: vec![Kind::Lower, Kind::Upper, Kind::Number],
            ..none
        },
        "good" => three_of_four,
        "excellent" => Composition {
            min_length: 10,
            identical: Some(2),
            ..three_of_four
        },
        _ => none,
    }
}

fn complexity(options: &Map<String, Value>) -> Composition {
    let none = level_of("none");
    let named = words(options, "character_types");
    let kinds = [
        ("lowercase", Kind::Lower),
        ("uppercase", Kind::Upper),
        ("number", Kind::Number),
        ("special", Kind::Special),
    ];
    let chosen = kinds
        .into_iter()
        .filter(|(name, _)| named.iter().any(|one| one == name));
    let kinds: Vec<Kind> = chosen.map(|(_, kind)| kind).collect();
    let is = |name: &str, value: &str| options.get(name).and_then(Value::as_str) == Some(value);
    let three_of_four = is("character_type_rule", "three_of_four");
    Composition {
        min_length: count(options, "min_length", 1, 72).unwrap_or(none.min_length),
        at_least: three_of_four.then_some(3),
        kinds: if three_of_four {
            Kind::ALL.to_vec()
        } else {
            kinds
        },
        identical: is("identical_characters", "block").then_some(2),
        sequential: is("sequential_characters", "block").then_some(2),
        // What other products would have to cut off.
        max_length: if is("max_length_exceeded", "error") {
            72
        } else {
            LONGEST
        },
    }
}

fn object<'a>(options: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    options.get(name).and_then(Value::as_object)
}

fn flag(options: &Map<String, Value>, name: &str) -> bool {
    options.get(name).and_then(Value::as_bool) == Some(true)
}

fn count(options: &Map<String, Value>, name: &str, least: u64, most: u64) -> Option<usize> {
    let given = options.get(name).and_then(Value::as_u64)?;
    usize::try_from(given.clamp(least, most)).ok()
}

fn history(options: &Map<String, Value>) -> usize {
    count(options, "size", 0, HISTORY_MAX).unwrap_or(5)
}

/// Lower-cased.
fn words(options: &Map<String, Value>, name: &str) -> Vec<String> {
    let Some(Value::Array(items)) = options.get(name) else {
        return Vec::new();
    };
    let words = items.iter().filter_map(Value::as_str);
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(options: Value) -> PasswordPolicy {
        match options {
            Value::Object(map) => PasswordPolicy::of(&ConnectionOptions::from_stored(map)),
            _ => panic!("an object"),
        }
    }

    fn verdict(options: &Value, password: &str) -> &'static str {
        let ada = Profile {
            email: Some("ada.lovelace@example.com".into()),
            username: Some("countess".into()),
            ..Profile::default()
        };
        let verdict = policy(options.clone()).check(password, &ada);
        verdict.map_or_else(|breach| breach.name(), |()| "fine")
    }

    #[test]
    fn levels_ask_what_they_always_asked() {
        let weak = "PasswordStrengthError";
        for (level, good, bad) in [
            ("none", vec!["x"], vec![""]),
            ("low", vec!["aaaaaa", "äöüßéè"], vec!["aaaaa"]),
            (
                "fair",
                vec!["aaaaAA11"],
                vec!["aaaaaa11", "AAAA1111", "aaaaAAAA", "aA1aA1a"],
            ),
            (
                "good",
                vec!["aaaaAA11", "aaaa 111", "AAAA--11"],
                vec!["aaaaAAAA", "aA1!aA1"],
            ),
            (
                "excellent",
                vec!["aabbAAB11-"],
                vec!["aaabAAB11-", "aabbAAB1-"],
            ),
        ] {
            let options = json!({"passwordPolicy": level});
            for password in good {
                assert_eq!(verdict(&options, password), "fine", "{level} {password}");
            }
            for password in bad {
                assert_eq!(verdict(&options, password), weak, "{level} {password}");
            }
        }
        let longer =
            json!({"passwordPolicy": "good", "password_complexity_options": {"min_length": 12}});
        assert_eq!(verdict(&longer, "aaaaAA11aaa"), weak);
        assert_eq!(verdict(&longer, "aaaaAA11aaaa"), "fine");
        assert_eq!(verdict(&json!({}), &"x".repeat(1_025)), weak);
    }

    #[test]
    fn common_forbidden_and_personal_passwords() {
        let options = json!({
            "password_dictionary": {"enable": true, "dictionary": ["Trickle-Inc"]},
            "password_no_personal_info": {"enable": true},
        });
        for (password, expected) in [
            ("Password1", "PasswordDictionaryError"),
            ("qwerty", "PasswordDictionaryError"),
            ("trickle-INC", "PasswordDictionaryError"),
            ("my-COUNTESS-rules", "PasswordNoUserInfoError"),
            ("xx ada.lovelace xx", "PasswordNoUserInfoError"),
            ("correct horse battery", "fine"),
        ] {
            assert_eq!(verdict(&options, password), expected, "{password}");
        }
    }

    #[test]
    fn the_newer_shape_is_read_too() {
        let options = json!({"password_options": {
            "complexity": {
                "min_length": 4, "character_types": ["lowercase", "number"], "character_type_rule": "all",
                "identical_characters": "block", "sequential_characters": "block", "max_length_exceeded": "error",
            },
            "history": {"active": true, "size": 3},
        }});
        assert_eq!(policy(options.clone()).history, 3);
        for (password, expected) in [
            ("x1y2", "fine"),
            ("xxxx", "PasswordStrengthError"),
            ("x111", "PasswordStrengthError"),
            ("xabc1", "PasswordStrengthError"),
            ("x321", "PasswordStrengthError"),
            (&format!("x1{}", "y7".repeat(36)), "PasswordStrengthError"),
        ] {
            assert_eq!(verdict(&options, password), expected, "{password}");
        }
    }

    #[test]
    fn a_report_has_the_words_that_forms_show() {
        let report = policy(json!({"passwordPolicy": "excellent"})).report("abc");
        assert_eq!(
            report.text(),
            "* At least 10 characters in length\n\
             * Contain at least 3 of the following 4 types of characters:\n \
             * lower case letters (a-z)\n * upper case letters (A-Z)\n * numbers (i.e. 0-9)\n \
             * special characters (e.g. !@#$%^&*)\n\
             * No more than 2 identical characters in a row (e.g., \"aaa\" not allowed)"
        );
        let json = report.to_json();
        assert_eq!(json["verified"], false);
        let length = json!({
            "message": "At least %d characters in length", "format": [10], "code": "lengthAtLeast", "verified": false,
        });
        assert_eq!(json["rules"][0], length);
        assert_eq!(json["rules"][1]["items"][0]["code"], "lowerCase");
        assert_eq!(json["rules"][1]["items"][0]["verified"], true);
    }
}
