use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use serde_json::{Value, json};
use trickle_model::{ExecutionReport, Outcome};
use trickle_tests::expectation::{differences, matches};

use crate::case::Part;

/// Where a report differs from what the attack must come to.
pub fn differs(part: &Part, report: &ExecutionReport) -> Vec<String> {
    let outcome = &report.outcome;
    let seen = json!({
        "outcome": outcome.name(),
        "value": value_of(outcome),
        "error": outcome.error(),
        "reason": outcome.to_string(),
        "console_dropped": report.console_dropped,
    });
    let mut lines = differences(&part.expect, &seen);
    if !lines.is_empty() {
        lines.push(format!("    the run ended: {outcome}"));
    }
    lines.extend(ways(part, &seen["value"]["ways"]));
    lines
}

/// Of the ways that an attack tried, those that led somewhere, and those that were no attempt.
fn ways(part: &Part, tried: &Value) -> Vec<String> {
    let tried = tried.as_object().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    if tried.len() != part.ways {
        let (count, expected) = (tried.len(), part.ways);
        lines.push(format!(
            "    {count} ways were tried, expected are {expected}"
        ));
    }
    for (name, seen) in &tried {
        let seen = seen.as_str().unwrap_or_default();
        let is_stopped = match part.except.get(name) {
            Some(pattern) => matches(pattern, seen),
            None => seen.starts_with("refused ") || seen == "absent",
        };
        if !is_stopped {
            lines.push(format!("    {name}: {seen}"));
        }
    }
    lines
}

/// Secrets in anything that a run brought out.
pub fn leaks(report: &ExecutionReport, secrets: &[(&str, &str)]) -> Vec<String> {
    let value = value_of(&report.outcome);
    let error = json!(report.outcome.error());
    let mut brought_out = format!("{} {value} {error} {report:?}", report.outcome);
    for line in &report.console {
        brought_out.push_str(&line.text);
    }
    let found = secrets
        .iter()
        .filter(|(_, secret)| brought_out.contains(secret));
    found
        .map(|(what, _)| format!("    {what} got out"))
        .collect()
}

/// Parts of the attacker's own secrets in what is logged of a run, in the spellings of texts and of bytes.
pub fn logged(report: &ExecutionReport, parts: &[&str]) -> Vec<String> {
    let mut log = format!("{:?} {:?}", report.egress, report.waiting);
    if !matches!(report.outcome, Outcome::Profile(_) | Outcome::Done(_)) {
        log.push_str(&format!("{} {:?}", report.outcome, report.outcome));
    }
    for line in &report.console {
        log.push_str(&line.text);
        log.push('\n');
    }
    // Names have lost their case.
    let log = log.to_ascii_lowercase();
    let is_told = |part: &&&str| spellings(part).any(|told| log.contains(told.as_str()));
    let told = parts.iter().filter(is_told);
    told.map(|part| format!("    {part} of the attacker's own secrets is logged:\n{log}"))
        .collect()
}

/// In lower case.
fn spellings(part: &str) -> impl Iterator<Item = String> {
    let joined = |bytes: Vec<String>, with: &str| bytes.join(with);
    let list = |spell: fn(&u8) -> String| part.as_bytes().iter().map(spell).collect::<Vec<_>>();
    let mut told = vec![
        part.to_owned(),
        joined(list(|byte| format!("{byte:02x}")), ""),
        joined(list(|byte| format!("{byte:02x}")), " "),
        joined(list(u8::to_string), ","),
        joined(list(u8::to_string), ", "),
    ];
    for before in ["", "x", "xx"] {
        let whole = BASE64_STANDARD_NO_PAD.encode(format!("{before}{part}"));
        // Without what other bytes have a part in.
        told.push(whole[4..whole.len() - 3].to_owned());
    }
    told.into_iter().map(|told| told.to_ascii_lowercase())
}

fn value_of(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Profile(profile) => profile.as_value().clone(),
        Outcome::Done(value) => value.clone(),
        _ => Value::Null,
    }
}
