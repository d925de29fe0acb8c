//! What a run came to, for people and for programs.

use std::time::Duration;

use serde_json::{Value, json};
use trickle_model::{ExecutionReport, Outcome, ScriptError};

use crate::output;

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

/// `{"outcome","profile","result","error","console","console_dropped","modules","timings_ms"}`.
pub fn print_json(report: &ExecutionReport, answer: &Answer) {
    output::json(&json!({
        "outcome": report.outcome.name(),
        "profile": answer.profile,
        "result": answer.result,
        "error": error(&report.outcome),
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
        eprintln!("console.{}  {}", line.level, line.text);
    }
    if report.console_dropped > 0 {
        eprintln!(
            "console  {} more lines were dropped",
            report.console_dropped
        );
    }
    println!("outcome  {}", report.outcome.name());
    for (name, value) in [("profile", &answer.profile), ("result ", &answer.result)] {
        if !value.is_null() {
            println!("{name}  {value:#}");
        }
    }
    if !succeeded(&report.outcome) {
        println!("error    {}", report.outcome);
    }
    if let Some(stack) = report
        .outcome
        .error()
        .and_then(|error| error.stack.as_ref())
    {
        println!("{stack}");
    }
    for module in &report.modules {
        println!("module   {} -> {}", module.requested, module.resolved);
    }
    println!(
        "time     script {:.1} ms, worker {:.1} ms",
        millis(report.timings.script),
        millis(report.timings.boot),
    );
}

const fn succeeded(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Profile(_) | Outcome::Done(_))
}

/// The script's own error, or what else kept it from succeeding, in the same shape.
fn error(outcome: &Outcome) -> Value {
    if succeeded(outcome) {
        return Value::Null;
    }
    let error = outcome.error().cloned().unwrap_or_else(|| ScriptError {
        name: outcome.name().to_owned(),
        message: outcome.to_string(),
        ..ScriptError::default()
    });
    json!(error)
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}
