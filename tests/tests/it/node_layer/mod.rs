//! The same script under Node.js and in the worker, against the same servers, and what it saw compared field
//! by field: one folder of `tests/specs/node` for each thing that the engine's Node.js did otherwise.

mod observation;
mod servers;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tokio::process::Command;
use trickle_model::Action;

use crate::scripts::{Draft, repository};
use crate::verdicts::profile;

use observation::differences;
use servers::Servers;

/// Case, field, reason.
type Known = BTreeMap<String, BTreeMap<String, String>>;

#[tokio::test]
async fn as_under_node() {
    let root = repository().join("tests/specs/node");
    let text = std::fs::read_to_string(root.join("differences.json")).unwrap();
    let mut known: Known = serde_json::from_str(&text).unwrap();
    let entries = std::fs::read_dir(&root).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(!folders.is_empty());
    let mut lines = Vec::new();
    for folder in folders {
        let case = folder.file_name().unwrap().to_string_lossy().into_owned();
        let script = std::fs::read_to_string(folder.join("script.js")).unwrap();
        let servers = Servers::start().await;
        let node = under_node(&script, &servers).await;
        servers.forget();
        let worker = in_worker(&script, &servers).await;
        let listed = known.remove(&case).unwrap_or_default();
        lines.extend(verdict(&case, &listed, &node, &worker));
    }
    lines.extend(
        known
            .keys()
            .map(|case| format!("{case}: listed, but there is no such case")),
    );
    assert!(
        lines.is_empty(),
        "{} differences\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// Unlisted differences, and listed ones that are no more: the list only shrinks.
pub fn verdict(
    case: &str,
    listed: &BTreeMap<String, String>,
    node: &Value,
    worker: &Value,
) -> Vec<String> {
    let found = differences(node, worker);
    let unlisted = found
        .iter()
        .filter(|(field, _)| !listed.contains_key(*field))
        .map(|(field, (node, worker))| {
            format!("{case}: {field}\n    node   {node}\n    worker {worker}")
        });
    let gone = listed
        .keys()
        .filter(|field| !found.contains_key(*field))
        .map(|field| {
            format!("{case}: {field} is listed and does not differ: remove it from the list")
        });
    unlisted.chain(gone).collect()
}

async fn under_node(script: &str, servers: &Servers) -> Value {
    let task = json!({
        "script": script,
        "file": "login.js",
        "arity": Action::Login.arity(),
        "configuration": servers.configuration(),
        "together": false,
        "runs": [{"arguments": ["ann@example.org", "secret"], "context": {}}],
    });
    let output = Command::new("node")
        .arg("--no-deprecation")
        .arg(repository().join("tests/specs/under-node.js"))
        .arg(task.to_string())
        .output()
        .await
        .expect("these tests need Node.js");
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    said[0]["answer"]["value"].clone()
}

async fn in_worker(script: &str, servers: &Servers) -> Value {
    let draft = Draft::new()
        .script(Action::Login, script)
        .allow_net("127.0.0.1/32");
    let settings = servers.configuration();
    let connection = settings
        .into_iter()
        .fold(draft, |draft, (key, value)| draft.configure(&key, value))
        .open();
    let report = connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await;
    connection.close().await;
    profile(report)
}
