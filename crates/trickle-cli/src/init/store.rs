//! The legacy store that is looked at, in the sandbox and with the drivers that the scripts will use.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, ExecutionId, ExecutionRequest, Limits, NodeVersion,
    Outcome, ScriptError, Secret, SystemClock, TenantId,
};
use trickle_pool::Pool;

use crate::output::{LegacyStoreDown, Mistake};

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

    /// Up to 50 rows that have a hash, from both ends of the order of their ids, with these columns as text.
    pub async fn samples(
        &self,
        pool: &Pool,
        sample: &Value,
    ) -> anyhow::Result<Vec<BTreeMap<String, Option<String>>>> {
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
        let mut configuration = self.configuration.clone();
        if let Some(sample) = sample {
            configuration.insert("SAMPLE".to_owned(), sample.to_string());
        }
        let arguments = vec![json!("")];
        let outcome = execute(
            pool,
            Action::Verify,
            script,
            &configuration,
            &self.targets,
            arguments,
        );
        let outcome = outcome.await;
        if let Outcome::Done(value) = outcome {
            return Ok(value);
        }
        let text = self.masked(&outcome.to_string());
        let cause = match &outcome {
            Outcome::LegacyStoreDown(..) | Outcome::EgressDenied(_) => LegacyStoreDown(text).into(),
            Outcome::ScriptError(error) if is_refused(error) => Mistake(text).into(),
            _ => anyhow::anyhow!(text),
        };
        Err(cause).with_context(|| format!("look at the store at {}", self.place()))
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

/// Runs a text as one script, in a connection that no other run has.
pub async fn execute(
    pool: &Pool,
    action: Action,
    script: &str,
    configuration: &BTreeMap<String, String>,
    targets: &[String],
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
        allow_net: targets.to_vec(),
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
