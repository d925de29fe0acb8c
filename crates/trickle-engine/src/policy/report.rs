//! Rules and whether a password keeps them, in the words of the `password-sheriff` package, which existing sign-up forms show.

use serde_json::{Value, json};

/// What a password looks like under every rule of its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// In the order in which they are shown.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Names the rule for programs.
    pub code: &'static str,
    /// With `%d` and `%s` where `format` goes.
    pub message: &'static str,
    /// What goes into the message.
    pub format: Vec<Value>,
    /// Parts of the rule.
    pub items: Vec<Item>,
    /// Whether the password keeps it.
    pub verified: bool,
}

/// Part of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Names the part for programs.
    pub code: &'static str,
    /// For people.
    pub message: &'static str,
    /// Whether the password keeps it.
    pub verified: bool,
}

impl Report {
    /// Whether the password keeps all rules.
    pub fn verified(&self) -> bool {
        self.rules.iter().all(|rule| rule.verified)
    }

    /// `{"rules":[{"message":…,"format":[8],"code":"lengthAtLeast","verified":false}],"verified":false}`.
    pub fn to_json(&self) -> Value {
        let rules: Vec<Value> = self.rules.iter().map(Rule::to_json).collect();
        json!({"rules": rules, "verified": self.verified()})
    }

    /// A list for people: one line for each rule, parts of rules below it.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for rule in &self.rules {
            lines.push(format!("* {}", rule.text()));
            lines.extend(rule.items.iter().map(|item| format!(" * {}", item.message)));
        }
        lines.join("\n")
    }
}

impl Rule {
    /// The message with its values.
    pub fn text(&self) -> String {
        let mut text = self.message.to_owned();
        for value in &self.format {
            let shown = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let mark = if value.is_string() { "%s" } else { "%d" };
            text = text.replacen(mark, &shown, 1);
        }
        text
    }

    fn to_json(&self) -> Value {
        let mut rule =
            json!({"message": self.message, "code": self.code, "verified": self.verified});
        if !self.format.is_empty() {
            rule["format"] = self.format.clone().into();
        }
        if !self.items.is_empty() {
            let items = self.items.iter().map(
                |item| json!({"message": item.message, "code": item.code, "verified": item.verified}),
            );
            rule["items"] = items.collect();
        }
        rule
    }
}
