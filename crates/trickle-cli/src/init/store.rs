//! The legacy store that is looked at, in the sandbox and with the drivers that the scripts will use.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, ExecutionId, ExecutionRequest, Limits, NodeVersion,
    Outage, Outcome, ScriptError, Secret, SystemClock, TenantId,
};
use trickle_pool::Pool;

use super::fill::fill;
use crate::output::{LegacyStoreDown, Mistake};

/// The key in the configuration of what the application puts behind each password.
pub const PEPPER: &str = "PEPPER";

/// What speaks to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL, by `pg`.
    Postgres,
    /// MySQL and MariaDB, by `mysql2`.
    Mysql,
    /// SQL Server and Azure SQL, by `mssql`.
    SqlServer,
    /// MongoDB, by `mongodb`; its collections are tables, and its fields are columns named by their paths.
    MongoDb,
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
    /// Whether its collation tells capitals from other letters; not told by stores where all do.
    #[serde(default)]
    pub exact: bool,
    /// Schema, table and column that a foreign key makes it refer to.
    #[serde(default)]
    pub references: Option<[String; 3]>,
}

/// Rows of one table. Without `Debug`, which would show hashes.
#[derive(Deserialize)]
pub struct Excerpt {
    /// Some that have a hash, by column; bytes are `\x` and hexadecimal digits.
    pub rows: Vec<BTreeMap<String, Option<String>>>,
    /// All hashes of the table, by how they look; none where the store takes too long for it.
    #[serde(default)]
    pub looks: Option<Vec<Look>>,
    /// How many addresses have several rows, where that was counted.
    #[serde(default)]
    pub twins: Option<usize>,
    /// How fast an address is found; none where the store does not say.
    #[serde(default)]
    pub address: Option<Lookup>,
    /// Whether a collation finds addresses whatever their capitals are, where that was tried.
    #[serde(default)]
    pub collates: Option<bool>,
}

/// Whether addresses have an index for the comparison of the scripts.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Lookup {
    /// About how many rows the table has.
    pub rows: f64,
    /// Whether there is such an index.
    pub indexed: bool,
    /// Whether the store has indexes over expressions.
    #[serde(default = "yes")]
    pub has_expressions: bool,
}

const fn yes() -> bool {
    true
}

/// Hashes that look alike: as long, with the same mark in front.
#[derive(Clone, Deserialize)]
pub struct Look {
    /// The first and the last of them in the order of texts.
    pub hashes: [String; 2],
    /// How many there are.
    pub rows: usize,
}

/// One run of a script.
pub struct Run<'a> {
    /// Whose script it is.
    pub action: Action,
    /// Its text.
    pub script: &'a str,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// What it may use.
    pub limits: Limits,
}

/// A store with the pool in which it is asked.
#[derive(Debug)]
pub struct Store {
    /// What speaks to it.
    pub kind: Kind,
    /// `DB_HOST` and its kin.
    pub configuration: BTreeMap<String, String>,
    /// Its addresses; none where only its name servers know them.
    pub targets: Vec<String>,
}

impl Store {
    /// The key in the configuration whose value is a secret.
    pub const fn secret(&self) -> &'static str {
        match self.kind {
            Kind::MongoDb => "MONGO_URL",
            Kind::Postgres | Kind::Mysql | Kind::SqlServer => "DB_PASSWORD",
        }
    }

    /// The key in the configuration that has certificates of the authority of the store's certificate.
    pub const fn authority(&self) -> &'static str {
        match self.kind {
            Kind::MongoDb => "MONGO_CA",
            Kind::Postgres | Kind::Mysql | Kind::SqlServer => "DB_CA",
        }
    }

    /// Where it is, for messages; never with a password.
    pub fn place(&self) -> String {
        if self.targets.is_empty() {
            "the address that its URL names".to_owned()
        } else {
            self.targets.join(", ")
        }
    }

    /// All columns of all tables.
    pub async fn columns(&self, pool: &Pool) -> anyhow::Result<Vec<Column>> {
        let found = self.ask(pool, None).await?;
        serde_json::from_value(found).context("read the list of columns")
    }

    /// Rows of a table that have a hash, spread over the order of their ids, with some of their columns.
    pub async fn rows(&self, pool: &Pool, sample: &Value) -> anyhow::Result<Excerpt> {
        let found = self.ask(pool, Some(sample)).await?;
        serde_json::from_value(found).context("read the samples")
    }

    async fn ask(&self, pool: &Pool, sample: Option<&Value>) -> anyhow::Result<Value> {
        let script = match self.kind {
            Kind::Postgres => include_str!("inspect/postgres.js"),
            Kind::Mysql => include_str!("inspect/mysql.js"),
            Kind::SqlServer => include_str!("inspect/sqlserver.js"),
            Kind::MongoDb => include_str!("inspect/mongodb.js"),
        };
        let script = fill(script, &[("spread", include_str!("inspect/spread.js"))]);
        let mut configuration = self.configuration.clone();
        if let Some(sample) = sample {
            configuration.insert("SAMPLE".to_owned(), sample.to_string());
        }
        let run = Run {
            action: Action::Verify,
            script: &script,
            arguments: vec![json!("")],
            limits: Limits::default(),
        };
        match self.execute(pool, run, &configuration).await {
            Outcome::Done(value) => Ok(value),
            other => Err(self.failure(&other))
                .with_context(|| format!("look at the store at {}", self.place())),
        }
    }

    /// Runs a script of the folder to be.
    pub async fn run(&self, pool: &Pool, run: Run<'_>) -> Outcome {
        self.execute(pool, run, &self.configuration).await
    }

    /// Runs a text as one script, in a connection that no other run has.
    async fn execute(
        &self,
        pool: &Pool,
        run: Run<'_>,
        configuration: &BTreeMap<String, String>,
    ) -> Outcome {
        let id = ExecutionId::generate(SystemClock.now(), &mut rand::rng());
        let binding = Binding {
            tenant: TenantId::from_text("init"),
            connection: ConnectionId::from_text(id.to_string()),
            revision: 0,
            scripts: BTreeMap::from([(run.action, run.script.to_owned())]),
            configuration: configuration
                .iter()
                .map(|(key, text)| (key.clone(), Secret::new(text.clone())))
                .collect(),
            node_version: NodeVersion::default(),
            limits: run.limits,
            allow_net: self.targets.clone(),
            public_net: true,
            only_net: None,
        };
        let request = ExecutionRequest {
            id,
            binding: Arc::new(binding),
            action: run.action,
            arguments: run.arguments,
            context: serde_json::Map::new(),
        };
        pool.execute(request).await.outcome
    }

    /// What to tell of a run that brought nothing: an outage, something that the URL is to be mended for, or a failure of ours.
    pub fn failure(&self, outcome: &Outcome) -> anyhow::Error {
        let text = self.masked(&outcome.to_string());
        match outcome {
            Outcome::LegacyStoreDown(Outage::Tls, _) if text.contains("authority") => {
                LegacyStoreDown(format!("{text}: by --ca FILE, which has it in PEM")).into()
            }
            Outcome::LegacyStoreDown(..) | Outcome::EgressDenied(_) => LegacyStoreDown(text).into(),
            Outcome::ScriptError(error) if is_refused(error) => Mistake(text).into(),
            _ => anyhow::anyhow!(text),
        }
    }

    /// A message without the secret, which drivers may repeat.
    pub fn masked(&self, text: &str) -> String {
        match self.configuration.get(self.secret()) {
            Some(secret) if secret.len() > 3 => text.replace(secret, "********"),
            _ => text.to_owned(),
        }
    }
}

/// Whether the store knows no such account, password or database: the URL is to be mended.
fn is_refused(error: &ScriptError) -> bool {
    let codes = [
        // PostgreSQL
        "28000",
        "28P01",
        "3D000",
        "42501",
        // MySQL and MariaDB
        "ER_ACCESS_DENIED_ERROR",
        "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
        "ER_BAD_DB_ERROR",
        "ER_DBACCESS_DENIED_ERROR",
        // SQL Server, which says the same of an unknown database
        "ELOGIN",
        // MongoDB: not authorised, authentication failed
        "13",
        "18",
        "8000",
    ];
    error
        .code
        .as_deref()
        .is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_credentials_are_told_from_other_errors() {
        let error = |code: &str| ScriptError {
            code: Some(code.to_owned()),
            ..ScriptError::default()
        };
        for code in ["28P01", "3D000", "ER_ACCESS_DENIED_ERROR", "ELOGIN", "18"] {
            assert!(is_refused(&error(code)), "{code}");
        }
        for code in ["42P01", "ER_NO_SUCH_TABLE", "EREQUEST"] {
            assert!(!is_refused(&error(code)), "{code}");
        }
    }
}
