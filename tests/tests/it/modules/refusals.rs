//! What scripts ask for and do not get: a clear error each.

use serde::Deserialize;
use serde_json::json;
use trickle_model::Action;

use super::table;
use crate::scripts::Connection;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    /// A statement, on line 2 of the script.
    statement: String,
    /// The start of the error's message.
    says: String,
    code: Option<String>,
}

#[tokio::test]
async fn each_has_its_words() {
    let refusals: Vec<Refusal> = table("refusals.json");
    let mut failures = Vec::new();
    for refusal in &refusals {
        let connection = Connection::with_login(&format!(
            "async function login(email, password, callback) {{\n  {}\n  callback(null, {{ user_id: '1' }});\n}}",
            refusal.statement
        ));
        let report = connection
            .run(Action::Login, json!(["ann@example.org", "secret"]))
            .await;
        connection.close().await;
        let fits = report.outcome.error().is_some_and(|error| {
            error.message.starts_with(&refusal.says) && error.code == refusal.code
        });
        if !fits || report.outcome.name() != "script_error" {
            failures.push(format!("{}: {:?}", refusal.statement, report.outcome));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn the_error_points_to_the_line() {
    let connection = Connection::with_login(
        "function login(email, password, callback) {
           const fs = require('fs');
           fs.writeFileSync('/tmp/a', email);
         }",
    );
    let report = connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await;
    assert_eq!(report.outcome.error().unwrap().line, Some(3));
}

#[tokio::test]
async fn callbacks_and_promises_are_told_as_well() {
    let connection = Connection::with_login(
        "function login(email, password, callback) {
           const fs = require('fs');
           fs.writeFile('/tmp/a', email, (error) => {
             fs.promises.mkdir('/tmp/b').catch((second) => {
               callback(null, { user_id: '1', told: [error.code, second.message, fs.existsSync('/etc/passwd')] });
             });
           });
         }",
    );
    let report = connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await;
    assert_eq!(
        crate::verdicts::profile(report)["told"],
        json!([
            "ERR_ACCESS_DENIED",
            "action scripts cannot write files (fs.promises.mkdir)",
            false
        ])
    );
}
