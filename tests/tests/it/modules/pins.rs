//! `require("name@1.2.3")`: the versions that public scripts name, and every form of naming one.

use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::json;
use trickle_model::{Action, ExecutionReport};

use super::table;
use crate::scripts::{Connection, Draft};
use crate::verdicts::profile;

const ABREAST: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    require: String,
    /// The start of what is loaded.
    resolved: String,
    /// Whether that is not what was asked for, and the console says so.
    warns: bool,
}

async fn run(connection: &Connection) -> ExecutionReport {
    connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await
}

fn requiring(request: &str) -> Connection {
    let request = json!(request);
    Connection::with_login(&format!(
        "function login(email, password, callback) {{
           callback(null, {{ user_id: typeof require({request}) }});
         }}"
    ))
}

#[tokio::test]
async fn every_pin_loads() {
    let pins: Vec<Pin> = table("pins.json");
    let failures: Vec<String> = futures::stream::iter(&pins)
        .map(check)
        .buffer_unordered(ABREAST)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn check(pin: &Pin) -> Option<String> {
    let connection = requiring(&pin.require);
    let report = run(&connection).await;
    connection.close().await;
    let loaded = report.modules.iter().any(|module| {
        module.requested == pin.require && module.resolved.starts_with(&pin.resolved)
    });
    let warned = report
        .console
        .iter()
        .any(|line| line.level == "warn" && line.text.contains(&pin.require));
    let expected = report.outcome.name() == "profile" && loaded && warned == pin.warns;
    (!expected).then(|| {
        format!(
            "{}: {:?}, modules {:?}, console {:?}",
            pin.require, report.outcome, report.modules, report.console
        )
    })
}

#[tokio::test]
async fn a_worker_warns_once_for_each_package() {
    let connection = Connection::with_login(
        "function login(email, password, callback) {
           require('pg@7.17.1');
           require('pg@7.17.2');
           require('lodash@4.0.0');
           callback(null, { user_id: '1' });
         }",
    );
    let first = run(&connection).await;
    let said: Vec<_> = first.console.iter().map(|line| &line.text).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("require('pg@7.17.1') got pg@8."));
    assert!(said[1].starts_with("require('lodash@4.0.0') got lodash@4."));
    assert!(run(&connection).await.console.is_empty());
}

#[tokio::test]
async fn versions_live_side_by_side() {
    let connection = Connection::with_login(
        "async function login(email, password, callback) {
           const [old, now] = [require('lodash@2'), require('lodash')];
           callback(null, {
             user_id: '1',
             pluck: [typeof old.pluck, typeof now.pluck],
             file: require('lodash@4/get')({ a: 1 }, 'a'),
             resolved: require.resolve('uuid@3/v4').endsWith('/uuid__3/v4.js'),
             imported: (await import('jose@6')) === (await import('jose@6.1.0')),
             again: require('lodash@2.4.1') === old
           });
         }",
    );
    assert_eq!(
        profile(run(&connection).await),
        json!({
            "user_id": "1",
            "pluck": ["function", "undefined"],
            "file": 1,
            "resolved": true,
            "imported": true,
            "again": true,
        })
    );
}

#[tokio::test]
async fn imports_have_names() {
    let connection = Draft::new()
        .script(
            Action::Login,
            "async function login(email, password, callback) {
               const { Client } = await import('pg');
               const { default: lodash, get } = await import('lodash');
               const { jwtVerify } = await import('jose');
               const { readFileSync } = await import('fs');
               const found = [Client, lodash, get, jwtVerify, readFileSync].map((value) => typeof value);
               callback(null, { user_id: found.join() });
             }",
        )
        .open();
    // lodash assigns its functions one by one, where no analysis sees them; Node.js does not either.
    assert_eq!(
        profile(run(&connection).await)["user_id"],
        "function,function,undefined,function,function"
    );
}
