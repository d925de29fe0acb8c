//! Scripts as they are written, one for each shape and each driver's call: what Node.js makes of them is what the worker makes
//! of them. `tests/specs/corpus/differences.json` lists the exceptions and may only shrink.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::process::Command;
use trickle_model::{Action, Outcome};
use trickle_testkit::mariadb::MariaDb;
use trickle_testkit::postgres::Postgres;
use trickle_testkit::redis::Redis;
use trickle_testkit::tcp::Refused;

use crate::node_layer::verdict;
use crate::scripts::{Draft, repository};
use trickle_tests::servers::Servers;

/// Scripts at a time; each has a worker of its own.
const ABREAST: usize = 3;
const LOGIN: [&str; 2] = ["ann@example.org", "secret"];

/// Reason by field, by script.
type Known = BTreeMap<String, BTreeMap<String, String>>;

#[tokio::test]
async fn as_under_node() {
    let mut site = Site::start();
    let configuration = site.configuration();
    let node = under_node(&configuration).await;
    site.reset();
    let scripts = scripts();
    assert!(scripts.len() >= 80, "{} scripts", scripts.len());
    let worker: BTreeMap<String, Value> = futures::stream::iter(&scripts)
        .map(async |(name, action, path)| {
            let text = std::fs::read_to_string(path).unwrap();
            (name.clone(), in_worker(*action, text, &configuration).await)
        })
        .buffer_unordered(ABREAST)
        .collect()
        .await;
    let mut known = known();
    let mut lines = Vec::new();
    for (name, of_node) in &node {
        let listed = known.remove(name).unwrap_or_default();
        lines.extend(verdict(name, &listed, of_node, &worker[name]));
    }
    let gone = known.keys();
    lines.extend(gone.map(|name| format!("{name}: listed, but there is no such script")));
    assert_eq!(node.len(), worker.len());
    assert!(
        lines.is_empty(),
        "{} differences\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// All that the scripts reach.
struct Site {
    mariadb: MariaDb,
    mysql_name: String,
    postgres: Postgres,
    pg_name: String,
    redis: Redis,
    servers: Servers,
    closed: Refused,
}

impl Site {
    fn start() -> Self {
        let (mariadb, postgres) = (MariaDb::start(), Postgres::start());
        let site = Self {
            mysql_name: mariadb.fresh_database(),
            pg_name: postgres.fresh_database(),
            mariadb,
            postgres,
            redis: Redis::start(),
            servers: Servers::start(),
            closed: Refused::start(),
        };
        site.fill();
        site
    }

    fn fill(&self) {
        self.mariadb.execute(&self.mysql_name, &text("mysql.sql"));
        self.postgres.execute(&self.pg_name, &text("postgres.sql"));
    }

    fn reset(&mut self) {
        self.fill();
        self.servers.reset();
    }

    fn configuration(&self) -> BTreeMap<String, String> {
        let mut configuration = self.servers.configuration();
        let settings = [
            ("MYSQL_PORT", self.mariadb.port().to_string()),
            ("MYSQL_NAME", self.mysql_name.clone()),
            ("MYSQL_CA", self.mariadb.ca_pem().to_owned()),
            ("PG_PORT", self.postgres.port().to_string()),
            ("PG_NAME", self.pg_name.clone()),
            ("PG_CA", self.postgres.ca_pem().to_owned()),
            ("DB_USER", self.postgres.user().to_owned()),
            ("DB_PASSWORD", self.postgres.password().to_owned()),
            ("REDIS", self.redis.url()),
            ("REDIS_PORT", self.redis.port().to_string()),
            ("CLOSED_PORT", self.closed.addr().port().to_string()),
        ];
        assert_eq!(self.mariadb.password(), self.postgres.password());
        configuration.extend(settings.map(|(key, value)| (key.to_owned(), value)));
        configuration
    }
}

fn folder() -> PathBuf {
    repository().join("tests/specs/corpus")
}

fn text(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).unwrap()
}

fn known() -> Known {
    serde_json::from_str(&text("differences.json")).unwrap()
}

/// `ACTION/NAME`, the action and the file.
fn scripts() -> Vec<(String, Action, PathBuf)> {
    let mut found = Vec::new();
    for action in Action::ALL {
        let Ok(entries) = std::fs::read_dir(folder().join(action.key())) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy();
            found.push((format!("{}/{name}", action.key()), action, path.clone()));
        }
    }
    found.sort();
    found
}

fn arguments(action: Action) -> Value {
    let [email, password] = LOGIN;
    match action {
        Action::Login => json!([email, password]),
        Action::GetUser | Action::Verify => json!([email]),
        Action::Create => json!([{
            "email": "eve@example.org", "password": password, "tenant": "t", "client_id": "c", "connection": "legacy",
        }]),
        Action::ChangePassword => json!([email, "new secret"]),
        Action::ChangeEmail => json!([email, "new@example.org", true]),
        Action::Delete => json!(["42"]),
        Action::Count => json!([]),
    }
}

async fn under_node(configuration: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let given = Action::ALL.map(|action| (action.key(), arguments(action)));
    let task = json!({
        "folder": folder(),
        "modules": repository().join("sandbox/node_modules"),
        "configuration": configuration,
        "arguments": BTreeMap::from(given),
    });
    let output = Command::new("node")
        .arg("--no-deprecation")
        .arg(repository().join("tests/specs/corpus-under-node.js"))
        .arg(task.to_string())
        // As in the sandbox.
        .env("TZ", "UTC")
        .output()
        .await
        .expect("these tests need Node.js");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

async fn in_worker(
    action: Action,
    text: String,
    configuration: &BTreeMap<String, String>,
) -> Value {
    let draft = Draft::new()
        .script(action, text)
        .allow_net("127.0.0.1/32")
        .allow_net("[::1]/128");
    let draft = configuration
        .iter()
        .fold(draft, |draft, (key, value)| draft.configure(key, value));
    let connection = draft.open();
    let report = connection.run(action, arguments(action)).await;
    connection.close().await;
    said(&report.outcome)
}

/// An outcome in the words of `corpus-under-node.js`.
fn said(outcome: &Outcome) -> Value {
    if let Some(error) = outcome.error() {
        let fields = [
            ("name", Some(&error.name)),
            ("message", Some(&error.message)),
            ("code", error.code.as_ref()),
            ("errno", error.errno.as_ref()),
            ("sqlState", error.sql_state.as_ref()),
            ("user_id", error.user_id.as_ref()),
            ("description", error.description.as_ref()),
        ];
        let given = fields
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        return json!({"error": given.collect::<BTreeMap<_, _>>()});
    }
    match outcome {
        Outcome::Profile(profile) => json!({"value": profile.as_value()}),
        Outcome::Done(value) => json!({"value": value}),
        Outcome::WrongCredentials(_) | Outcome::NoSuchUser => json!({"value": null}),
        Outcome::DidNotAnswer => json!({"nothing": true}),
        other => json!({"outcome": other.name(), "reason": other.to_string()}),
    }
}
