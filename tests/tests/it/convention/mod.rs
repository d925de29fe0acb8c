//! How scripts are called and what their answers mean: one folder of `tests/specs/convention` for each rule.

mod case;
mod node;
mod verdict;

use futures::StreamExt as _;
use serde_json::{Value, json};
use trickle_model::{ExecutionReport, Outcome};

use case::Case;

use crate::scripts::{Connection, Draft};

/// Cases at a time; each has a worker of its own.
const ABREAST: usize = 4;

#[tokio::test]
async fn in_the_worker() {
    let cases = case::all();
    assert!(!cases.is_empty());
    let failures: Vec<String> = futures::stream::iter(&cases)
        .map(check)
        .buffer_unordered(ABREAST)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    conclude(&failures, cases.len());
}

/// The same scripts under Node.js itself: what the cases expect is Node's behaviour and not only ours.
#[tokio::test]
async fn under_node() {
    let cases: Vec<_> = case::all().into_iter().filter(|case| case.node).collect();
    assert!(!cases.is_empty());
    let failures: Vec<String> = futures::stream::iter(&cases)
        .map(node::check)
        .buffer_unordered(ABREAST)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    conclude(&failures, cases.len());
}

fn conclude(failures: &[String], cases: usize) {
    assert!(
        failures.is_empty(),
        "{} of {cases} cases failed\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

async fn check(case: &Case) -> Option<String> {
    let connection = Draft::new()
        .script(case.action, case.script.as_str())
        .node_version(case.node_version)
        .limits(|limits| case.limits.apply(limits));
    let connection = case
        .configuration
        .iter()
        .fold(connection, |draft, (key, value)| {
            draft.configure(key, value)
        })
        .open();
    let reports = reports(case, &connection).await;
    connection.close().await;
    let actual: Vec<Value> = reports.iter().map(observed).collect();
    verdict::verdict(case, &actual, |_| true)
}

async fn reports(case: &Case, connection: &Connection) -> Vec<ExecutionReport> {
    if case.together {
        let begun = case.runs().map(|run| {
            let arguments = Value::Array(run.arguments);
            connection.begin(case.action, arguments, run.context)
        });
        let begun: Vec<_> = begun.collect();
        return futures::future::join_all(begun)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
    }
    let patient = connection.patient();
    let mut reports = Vec::new();
    for run in case.runs() {
        let connection = match run.expect["outcome"].as_str() {
            Some("too_slow") => connection,
            _ => &patient,
        };
        let arguments = Value::Array(run.arguments);
        reports.push(connection.run_in(case.action, arguments, run.context).await);
    }
    reports
}

/// A report in the shape of a case's `expect`.
fn observed(report: &ExecutionReport) -> Value {
    let console = report.console.iter();
    let modules = report.modules.iter();
    let mut seen = of_outcome(&report.outcome);
    seen["console"] = console
        .map(|line| format!("{}: {}", line.level, line.text))
        .collect();
    seen["waiting"] = report.waiting.clone().into();
    seen["console_dropped"] = report.console_dropped.into();
    seen["modules"] = modules
        .map(|module| format!("{} -> {}", module.requested, module.resolved))
        .collect();
    seen
}

fn of_outcome(outcome: &Outcome) -> Value {
    let value = match outcome {
        Outcome::Profile(profile) => profile.as_value().clone(),
        Outcome::Done(value) => value.clone(),
        _ => Value::Null,
    };
    json!({
        "outcome": outcome.name(),
        "value": value,
        "error": outcome.error(),
        "reason": outcome.to_string(),
    })
}
