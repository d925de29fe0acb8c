//! What published clients report: a line of JSON for each step, with its `value` or what it `failed` with.

use std::process::Command;

use serde_json::Value;

use super::server::{Credentials, Server};

/// Runs a client against the server; `name` is for the message where it ends badly.
#[track_caller]
pub fn report(
    client: &mut Command,
    name: &str,
    server: &Server,
    credentials: &Credentials,
    parameters: &Value,
) -> Vec<Value> {
    let output = client
        .env("DOMAIN", server.domain())
        .env("CLIENT_ID", &credentials.client_id)
        .env("CLIENT_SECRET", &credentials.client_secret)
        .env("PARAMETERS", parameters.to_string())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{name}: {}\n{stdout}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = stdout.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[track_caller]
fn step<'a>(lines: &'a [Value], step: &str) -> &'a Value {
    let line = lines.iter().find(|line| line["step"] == step);
    line.unwrap_or_else(|| panic!("no {step}: {lines:#?}"))
}

/// What a step gave.
#[track_caller]
pub fn found<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let line = step(lines, name);
    assert!(line.get("failed").is_none(), "{line:#}");
    &line["value"]
}

/// What a step failed with.
#[track_caller]
pub fn failed<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let line = step(lines, name);
    assert!(line.get("value").is_none(), "{line:#}");
    &line["failed"]
}

/// The same as text.
#[track_caller]
pub fn failure(lines: &[Value], name: &str) -> String {
    failed(lines, name).to_string()
}
