use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;
use trickle_model::{Answer, Outcome};

use super::case::Case;
use super::{of_outcome, verdict};
use crate::scripts::repository;

/// What `under-node.js` prints of one run.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Answer(Box<Answer>),
    Unusable(String),
    Nothing,
}

/// Positions, consoles and the wording of our own refusals are not Node's.
fn counts(field: &str) -> bool {
    !matches!(
        field,
        "line" | "column" | "console" | "console_dropped" | "modules" | "reason"
    )
}

pub async fn check(case: &Case) -> Option<String> {
    let specs = repository().join("tests/specs");
    let runs: Vec<Value> = case
        .runs()
        .map(|run| json!({"arguments": run.arguments, "context": run.context}))
        .collect();
    let task = json!({
        "script": case.script,
        "file": format!("{}.js", case.action),
        "arity": case.action.arity(),
        "configuration": case.configuration,
        "together": case.together,
        "runs": runs,
    });
    let output = Command::new("node")
        .arg(specs.join("under-node.js"))
        .arg(task.to_string())
        .output()
        .await
        .expect("these tests need Node.js");
    let said: Vec<Said> = match serde_json::from_slice(&output.stdout) {
        Ok(said) => said,
        Err(error) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Some(format!("{}\n    {error}: {errors}", case.name()));
        }
    };
    let observed: Vec<Value> = said
        .into_iter()
        .map(|said| match said {
            Said::Answer(answer) => Outcome::from_answer(case.action, *answer),
            Said::Unusable(reason) => Outcome::BadAnswer(reason),
            Said::Nothing => Outcome::DidNotAnswer,
        })
        .map(|outcome| of_outcome(&outcome))
        .collect();
    verdict::verdict(case, &observed, counts)
}
