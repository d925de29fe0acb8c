use std::sync::Arc;

use anyhow::anyhow;
use trickle_testkit::postgres::Postgres;

/// A private PostgreSQL server with its own defaults; gone when dropped.
pub struct Server(Arc<Postgres>);

impl Server {
    /// Starts one, and says why where that is not possible here.
    pub async fn start() -> anyhow::Result<Self> {
        let started = tokio::task::spawn_blocking(Postgres::start_as_installed).await;
        let server = started.map_err(|error| anyhow!("start PostgreSQL: {}", reason(error)))?;
        Ok(Self(Arc::new(server)))
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> String {
        format!("{}:{}", self.0.host(), self.0.port())
    }

    /// The address of an empty database.
    pub async fn fresh_database(&self) -> anyhow::Result<String> {
        self.database_with("").await
    }

    /// The address of a new database after these statements.
    pub async fn database_with(&self, sql: &'static str) -> anyhow::Result<String> {
        let server = Arc::clone(&self.0);
        let made = tokio::task::spawn_blocking(move || {
            let name = server.fresh_database();
            server.execute(&name, sql);
            server.url(&name)
        });
        made.await
            .map_err(|error| anyhow!("make a database: {}", reason(error)))
    }
}

/// The testkit panics where it fails.
fn reason(error: tokio::task::JoinError) -> String {
    let text = error.to_string();
    let Ok(panic) = error.try_into_panic() else {
        return text;
    };
    let panic = panic.downcast::<String>().map(|text| *text);
    panic.unwrap_or(text)
}
