//! Every package of the core set loads in a worker, and one of its functions does its work.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use trickle_model::{Action, Outcome};
use trickle_testkit::http::LegacyService;

use super::table;
use crate::scripts::{Draft, repository};

/// Calls at a time; each has a worker of its own.
const ABREAST: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    require: String,
    /// An expression over `m`, the package, and `url`, a [`LegacyService`].
    call: String,
    /// What it evaluates or resolves to.
    gives: Value,
}

#[tokio::test]
async fn every_package_works() {
    let service = LegacyService::start();
    let packages: Vec<Package> = table("calls.json");
    let failures: Vec<String> = futures::stream::iter(&packages)
        .map(|package| check(package, &service))
        .buffer_unordered(ABREAST)
        .filter_map(async |failure| failure)
        .collect()
        .await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn check(package: &Package, service: &LegacyService) -> Option<String> {
    let Package {
        require,
        call,
        gives,
    } = package;
    let connection = Draft::new()
        .script(
            Action::Login,
            format!(
                "function login(email, password, callback) {{
                   const {{ url }} = configuration;
                   const jane = {{ username: 'jane@example.com', password: 'legacy password' }};
                   const m = require({});
                   Promise.resolve({call}).then((value) => callback(null, {{ user_id: '1', value }}), callback);
                 }}",
                json!(require)
            ),
        )
        .configure("url", service.url())
        .allow_net(service.addr())
        .open();
    let report = connection
        .run(Action::Login, json!(["ann@example.org", "secret"]))
        .await;
    connection.close().await;
    let value = match &report.outcome {
        Outcome::Profile(profile) => &profile.as_value()["value"],
        other => return Some(format!("{require}: {other:?}")),
    };
    // Packages have nothing to say to the script's author.
    let said = report.console.iter().map(|line| &line.text);
    let said: Vec<_> = said.collect();
    (value != gives || !said.is_empty())
        .then(|| format!("{require}: expected {gives}, observed {value}, console {said:?}"))
}

#[test]
fn every_package_is_in_the_table() {
    let manifest = repository().join("sandbox/package.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    let installed: BTreeMap<String, Value> =
        serde_json::from_value(manifest["dependencies"].clone()).unwrap();
    let packages: Vec<Package> = table("calls.json");
    let called = packages.iter().map(|package| package.require.as_str());
    let called: BTreeSet<_> = called.collect();
    let missing: Vec<_> = installed
        .keys()
        .map(|folder| folder.replace("__", "@"))
        .filter(|name| !called.contains(name.as_str()))
        .collect();
    assert_eq!(missing, [""; 0]);
}
