//! What a run is expected to come to.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use trickle_model::{EmailRule, ExecutionReport, Outcome};

/// Everything that is given must hold; with nothing given the run must succeed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expectation {
    /// One of these outcomes, by name.
    pub outcome: Outcomes,
    /// Fields that the profile has, among others.
    pub profile: Option<Value>,
    /// What the callback got as its second argument.
    pub result: Option<Value>,
    /// The error's code.
    pub code: Option<String>,
    /// A part of the error's message.
    pub message: Option<String>,
    /// A part of one console line.
    pub console: Option<String>,
    /// The script's time, in milliseconds.
    pub max_ms: Option<u64>,
    /// Hold the profile against the one that was kept.
    pub snapshot: bool,
    /// Hold the profile against the one of an earlier step.
    #[serde(skip)]
    pub same_as: Option<usize>,
}

/// `"profile"` or `["legacy_store_down", "too_slow"]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Outcomes {
    /// Any success.
    #[default]
    Success,
    /// This one.
    One(String),
    /// Any of these.
    Several(Vec<String>),
}

impl Outcomes {
    /// Any of these.
    pub fn any(names: &[&str]) -> Self {
        Self::Several(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Any at all: something else judges them.
    pub fn admit_all(&mut self) {
        *self = Self::any(NAMES);
    }

    fn admit(&self, name: &str) -> bool {
        match self {
            Self::Success => matches!(name, "profile" | "done"),
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }

    /// Names that no outcome has.
    pub fn unknown(&self) -> Vec<&str> {
        let names: Vec<&str> = match self {
            Self::Success => Vec::new(),
            Self::One(one) => vec![one],
            Self::Several(several) => several.iter().map(String::as_str).collect(),
        };
        names
            .into_iter()
            .filter(|name| !NAMES.contains(name))
            .collect()
    }
}

impl std::fmt::Display for Outcomes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::One(one) => f.write_str(one),
            Self::Several(several) => f.write_str(&several.join(" or ")),
        }
    }
}

/// As in docs/reference/outcomes.md, those of scripts.
const NAMES: &[&str] = &[
    "profile",
    "done",
    "no_such_user",
    "wrong_credentials",
    "refused",
    "script_error",
    "bad_answer",
    "did_not_answer",
    "too_slow",
    "too_much_cpu",
    "too_much_memory",
    "over_limit",
    "egress_denied",
    "crashed",
    "busy",
    "legacy_store_down",
];

impl Expectation {
    /// Any of these outcomes.
    pub fn outcomes(names: &[&str]) -> Self {
        Self {
            outcome: Outcomes::any(names),
            ..Self::default()
        }
    }

    /// What does not hold, in words.
    pub fn defects(&self, report: &ExecutionReport, email: EmailRule) -> Vec<String> {
        let mut defects = Vec::new();
        let name = report.outcome.name();
        if !self.outcome.admit(name) {
            defects.push(format!(
                "expected {}, got {name}: {}",
                self.outcome, report.outcome
            ));
        }
        if let Outcome::Profile(profile) = &report.outcome {
            if let Err(defect) = profile.clone().verify(email) {
                defects.push(format!("the profile cannot be used: {defect}"));
            }
            if let Some(expected) = &self.profile {
                differences(expected, profile.as_value(), "profile", &mut defects);
            }
        }
        if let (Some(expected), Outcome::Done(got)) = (&self.result, &report.outcome)
            && expected != got
        {
            defects.push(format!("result: expected {expected}, got {got}"));
        }
        let error = report.outcome.error();
        if let Some(code) = &self.code
            && error.and_then(|error| error.code.as_ref()) != Some(code)
        {
            let got = error.and_then(|error| error.code.as_deref());
            defects.push(format!(
                "code: expected {code}, got {}",
                got.unwrap_or("none")
            ));
        }
        if let Some(part) = &self.message
            && !report.outcome.to_string().contains(part)
        {
            defects.push(format!(
                "message: {part:?} is not in {:?}",
                report.outcome.to_string()
            ));
        }
        if let Some(part) = &self.console
            && !report.console.iter().any(|line| line.text.contains(part))
        {
            defects.push(format!("console: no line has {part:?}"));
        }
        let took = report.timings.script;
        if let Some(limit) = self.max_ms
            && took > Duration::from_millis(limit)
        {
            defects.push(format!(
                "time: {} ms, and {limit} ms are allowed",
                took.as_millis()
            ));
        }
        defects
    }
}

/// Fields that are expected and not there, or differ.
pub fn differences(expected: &Value, got: &Value, path: &str, defects: &mut Vec<String>) {
    match expected {
        Value::Object(fields) => {
            for (key, value) in fields {
                differences(value, &got[key], &format!("{path}.{key}"), defects);
            }
        }
        value if value == got => {}
        value => defects.push(format!("{path}: expected {value}, got {got}")),
    }
}
