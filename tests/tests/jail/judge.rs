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

fn value_of(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Profile(profile) => profile.as_value().clone(),
        Outcome::Done(value) => value.clone(),
        _ => Value::Null,
    }
}
