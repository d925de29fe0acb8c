//! The legacy store that is looked at, in the sandbox and with the drivers that the scripts will use.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, ExecutionId, ExecutionRequest, Limits, NodeVersion,
    Outcome, Secret, SystemClock, TenantId,
};
use trickle_pool::Pool;
use url::Url;

use crate::output::Mistake;

/// What speaks to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL, by `pg`.
    Postgres,
    /// MySQL and MariaDB, by `mysql2`.
    Mysql,
}

/// A column, as the store describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Its table's schema.
    pub schema: String,
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Its type, in the store's words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is of the primary key.
    pub key: bool,
}

/// A store with the pool in which it is asked.
#[derive(Debug)]
pub struct Store {
    /// What speaks to it.
    pub kind: Kind,
    /// `DB_HOST` and its kin.
    pub configuration: BTreeMap<String, String>,
    /// Its address.
    pub target: String,
}

impl Store {
    /// Takes a URL apart.
    pub fn from_url(text: &str) -> anyhow::Result<Self> {
        // The text has a password, so that no message shows it.
        let url = Url::parse(text)
            .map_err(|error| Mistake(format!("read the URL of --from: {error}")))?;
        let (kind, port) = match url.scheme() {
            "postgres" | "postgresql" => (Kind::Postgres, 5432),
            "mysql" | "mariadb" => (Kind::Mysql, 3306),
            other => {
                let message = format!(
                    "look at a store of kind {other:?}: postgres:// and mysql:// can be looked at; for others there are templates, see `trickle init --list`"
                );
                return Err(Mistake(message).into());
            }
        };
        let name = url.path().trim_start_matches('/');
        if name.is_empty() {
            return Err(Mistake("read the URL of --from: it names no database".to_owned()).into());
        }
        let host = url.host_str().unwrap_or("127.0.0.1").to_owned();
        let port = url.port().unwrap_or(port);
        let encrypted = url.query_pairs().any(|(key, value)| {
            matches!(
                (&*key, &*value),
                ("sslmode", "require" | "verify-ca" | "verify-full") | ("ssl" | "tls", "true")
            )
        });
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let mut configuration = BTreeMap::from([
            ("DB_HOST".to_owned(), host.clone()),
            ("DB_PORT".to_owned(), port.to_string()),
            ("DB_NAME".to_owned(), decoded(name)),
            ("DB_USER".to_owned(), decoded(url.username())),
            (
                "DB_PASSWORD".to_owned(),
                decoded(url.password().unwrap_or("")),
            ),
        ]);
        if encrypted {
            configuration.insert("DB_SSL".to_owned(), "true".to_owned());
        }
        Ok(Self {
            kind,
            configuration,
            target: format!("{host}:{port}"),
        })
    }

    /// All columns of all tables.
    pub async fn columns(&self, pool: &Pool) -> anyhow::Result<Vec<Column>> {
        let found = self.ask(pool, "", None).await?;
        serde_json::from_value(found).context("read the list of columns")
    }

    /// Up to 50 rows with these columns, as text: of one user, or any that have a hash.
    pub async fn samples(
        &self,
        pool: &Pool,
        email: &str,
        sample: &Value,
    ) -> anyhow::Result<Vec<BTreeMap<String, Option<String>>>> {
        let found = self.ask(pool, email, Some(sample)).await?;
        serde_json::from_value(found).context("read the samples")
    }

    async fn ask(&self, pool: &Pool, email: &str, sample: Option<&Value>) -> anyhow::Result<Value> {
        let script = match self.kind {
            Kind::Postgres => include_str!("inspect/postgres.js"),
            Kind::Mysql => include_str!("inspect/mysql.js"),
        };
        let mut configuration = self.configuration.clone();
        if let Some(sample) = sample {
            configuration.insert("SAMPLE".to_owned(), sample.to_string());
        }
        let outcome = execute(
            pool,
            Action::Verify,
            script,
            &configuration,
            &self.target,
            vec![json!(email)],
        )
        .await;
        match outcome {
            Outcome::Done(value) => Ok(value),
            other => Err(anyhow::anyhow!("{other}"))
                .with_context(|| format!("look at the store at {}", self.target)),
        }
    }
}

/// Runs a text as one script, in a connection that no other run has.
pub async fn execute(
    pool: &Pool,
    action: Action,
    script: &str,
    configuration: &BTreeMap<String, String>,
    target: &str,
    arguments: Vec<Value>,
) -> Outcome {
    let id = ExecutionId::generate(SystemClock.now(), &mut rand::rng());
    let binding = Binding {
        tenant: TenantId::from_text("init"),
        connection: ConnectionId::from_text(&id.to_string()),
        revision: 0,
        scripts: BTreeMap::from([(action, script.to_owned())]),
        configuration: configuration
            .iter()
            .map(|(key, text)| (key.clone(), Secret::new(text.clone())))
            .collect(),
        node_version: NodeVersion::default(),
        limits: Limits::default(),
        allow_net: vec![target.to_owned()],
        public_net: true,
        only_net: None,
    };
    let request = ExecutionRequest {
        id,
        binding: Arc::new(binding),
        action,
        arguments,
        context: serde_json::Map::new(),
    };
    pool.execute(request).await.outcome
}
