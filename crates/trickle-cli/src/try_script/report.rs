//! What a run came to, for people and for programs.

use std::time::Duration;

use serde_json::{Value, json};
use trickle_model::{ExecutionReport, Outcome, ScriptError, SourceLine};

use crate::{
    advice,
    output::{self, escaped, plain},
    style::{ERROR, GOOD, HINT, painted},
};

/// What the script answered, whether it can be used or not.
pub struct Answer {
    profile: Value,
    result: Value,
}

impl Answer {
    /// The answer in an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        let (profile, result) = match outcome {
            Outcome::Profile(profile) => (profile.as_value().clone(), Value::Null),
            Outcome::Done(value) => (Value::Null, value.clone()),
            _ => (Value::Null, Value::Null),
        };
        Self { profile, result }
    }
}

/// `{"outcome","profile","result","error","waiting","console","console_dropped","modules","timings_ms"}`.
pub fn print_json(report: &ExecutionReport, answer: &Answer) {
    output::json(&json!({
        "outcome": report.outcome.name(),
        "profile": answer.profile,
        "result": answer.result,
        "error": error(report),
        "waiting": report.waiting,
        "console": report.console,
        "console_dropped": report.console_dropped,
        "modules": report.modules,
        "timings_ms": {
            "queue": millis(report.timings.queue),
            "boot": millis(report.timings.boot),
            "script": millis(report.timings.script),
        },
    }));
}

/// The same for people.
pub fn print_text(report: &ExecutionReport, answer: &Answer) {
    for line in &report.console {
        eprintln!("console.{}  {}", plain(&line.level), plain(&line.text));
    }
    if report.console_dropped > 0 {
        eprintln!(
            "console  {} more lines were dropped",
            report.console_dropped
        );
    }
    let colour = if succeeded(&report.outcome) {
        GOOD
    } else {
        ERROR
    };
    let name = painted(colour.bold(), report.outcome.name());
    output::styled(format_args!("outcome  {name}"));
    for (name, value) in [("profile", &answer.profile), ("result ", &answer.result)] {
        if !value.is_null() {
            println!("{name}  {}", escaped(&format!("{value:#}")));
        }
    }
    if !succeeded(&report.outcome) {
        println!("error    {}", plain(&report.outcome.to_string()));
    }
    if let Some(error) = report.outcome.error() {
        print_source(&error.source);
        if let Some(stack) = &error.stack {
            println!("{}", plain(stack));
        }
    }
    for place in &report.waiting {
        println!("waiting  {}", plain(place));
    }
    if let Some(advice) = advice::of(&report.outcome) {
        output::styled(format_args!("next     {}", painted(HINT, &advice)));
    }
    for module in &report.modules {
        let (requested, resolved) = (plain(&module.requested), plain(&module.resolved));
        println!("module   {requested} -> {resolved}");
    }
    println!(
        "time     script {:.1} ms, worker {:.1} ms",
        millis(report.timings.script),
        millis(report.timings.boot),
    );
}

/// The script's lines, numbered, with a caret below the place.
fn print_source(lines: &[SourceLine]) {
    let width = lines
        .last()
        .map_or(0, |line| line.line.to_string().len().max(4));
    for SourceLine { line, text, column } in lines {
        println!("{line:>width$} | {}", plain(text));
        if let Some(column) = column {
            // Tabs stay tabs, so that the caret stands below its character.
            let lead = text.chars().take(*column as usize - 1);
            let lead: String = lead.map(|c| if c == '\t' { c } else { ' ' }).collect();
            println!("{:>width$} | {lead}^", "");
        }
    }
}

const fn succeeded(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Profile(_) | Outcome::Done(_))
}

/// The script's own error, or what else kept it from succeeding, in the same shape.
fn error(report: &ExecutionReport) -> Value {
    let outcome = &report.outcome;
    if succeeded(outcome) {
        return Value::Null;
    }
    let error = outcome.error().cloned().unwrap_or_else(|| ScriptError {
        name: outcome.name().to_owned(),
        message: report.sentence(),
        ..ScriptError::default()
    });
    json!(error)
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}
