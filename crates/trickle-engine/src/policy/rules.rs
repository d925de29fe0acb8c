//! The rules of composition.

use serde_json::json;

use super::report::{Item, Report, Rule};

/// Bytes; longer passwords only cost time.
pub(super) const LONGEST: usize = 1_024;

/// Kinds of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lower,
    Upper,
    Number,
    Special,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Lower, Self::Upper, Self::Number, Self::Special];

    const fn code(self) -> &'static str {
        match self {
            Self::Lower => "lowerCase",
            Self::Upper => "upperCase",
            Self::Number => "numbers",
            Self::Special => "specialCharacters",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Lower => "lower case letters (a-z)",
            Self::Upper => "upper case letters (A-Z)",
            Self::Number => "numbers (i.e. 0-9)",
            Self::Special => "special characters (e.g. !@#$%^&*)",
        }
    }

    /// Special are those of OWASP's list: ASCII's punctuation and the space.
    fn has(self, c: char) -> bool {
        match self {
            Self::Lower => c.is_ascii_lowercase(),
            Self::Upper => c.is_ascii_uppercase(),
            Self::Number => c.is_ascii_digit(),
            Self::Special => c == ' ' || c.is_ascii_punctuation(),
        }
    }
}

/// What a password is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Composition {
    /// UTF-16 code units, as browsers count.
    pub(super) min_length: usize,
    /// Kinds of which all, or so many, must be there.
    pub(super) kinds: Vec<Kind>,
    pub(super) at_least: Option<usize>,
    /// Most equal characters in a row.
    pub(super) identical: Option<usize>,
    /// Most letters or digits in a row that follow each other.
    pub(super) sequential: Option<usize>,
    /// Bytes.
    pub(super) max_length: usize,
}

impl Composition {
    pub(super) fn report(&self, password: &str) -> Report {
        let mut rules = vec![self.length(password)];
        if !self.kinds.is_empty() {
            rules.push(self.contains(password));
        }
        if let Some(most) = self.identical {
            rules.push(rule(
                "identicalChars",
                "No more than %d identical characters in a row (e.g., \"%s\" not allowed)",
                vec![json!(most), json!("a".repeat(most + 1))],
                longest_run(password, |a, b| a == b) <= most,
            ));
        }
        if let Some(most) = self.sequential {
            let example: String = ('a'..='z').take(most + 1).collect();
            rules.push(rule(
                "sequentialChars",
                "No more than %d sequential alphanumeric characters (e.g., \"%s\" not allowed)",
                vec![json!(most), json!(example)],
                longest_run(password, follows).max(longest_run(password, |a, b| follows(b, a)))
                    <= most,
            ));
        }
        if password.len() > self.max_length {
            rules.push(rule(
                "maxLength",
                "Maximum password length exceeded",
                Vec::new(),
                false,
            ));
        }
        Report { rules }
    }

    fn length(&self, password: &str) -> Rule {
        let long_enough = password.encode_utf16().count() >= self.min_length;
        if self.min_length <= 1 {
            let message = "Non-empty password required";
            return rule("nonEmpty", message, Vec::new(), long_enough);
        }
        rule(
            "lengthAtLeast",
            "At least %d characters in length",
            vec![json!(self.min_length)],
            long_enough,
        )
    }

    fn contains(&self, password: &str) -> Rule {
        let items: Vec<Item> = self
            .kinds
            .iter()
            .map(|kind| Item {
                code: kind.code(),
                message: kind.message(),
                verified: password.chars().any(|c| kind.has(c)),
            })
            .collect();
        let kept = items.iter().filter(|item| item.verified).count();
        let mut rule = match self.at_least {
            Some(least) => rule(
                "containsAtLeast",
                "Contain at least %d of the following %d types of characters:",
                vec![json!(least), json!(items.len())],
                kept >= least,
            ),
            None => rule(
                "shouldContain",
                "Should contain:",
                Vec::new(),
                kept == items.len(),
            ),
        };
        rule.items = items;
        rule
    }
}

const fn rule(
    code: &'static str,
    message: &'static str,
    format: Vec<serde_json::Value>,
    verified: bool,
) -> Rule {
    Rule {
        code,
        message,
        format,
        items: Vec::new(),
        verified,
    }
}

/// Length of the longest row in which each two neighbours belong together.
fn longest_run(password: &str, belong: impl Fn(char, char) -> bool) -> usize {
    let mut longest = 0;
    let mut run = 0;
    let mut last = None;
    for c in password.chars() {
        run = if last.is_some_and(|last| belong(last, c)) {
            run + 1
        } else {
            1
        };
        longest = longest.max(run);
        last = Some(c);
    }
    longest
}

fn follows(a: char, b: char) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    a.is_ascii_alphanumeric()
        && b.is_ascii_alphanumeric()
        && a.is_ascii_digit() == b.is_ascii_digit()
        && u32::from(b) == u32::from(a) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_measured() {
        assert_eq!(longest_run("aabbb", |a, b| a == b), 3);
        assert_eq!(longest_run("xaBcd9", follows), 4);
        assert_eq!(longest_run("9a", follows), 1);
        assert_eq!(longest_run("", follows), 0);
    }
}
