use std::sync::Arc;

use sqlx::{Any, AnyPool, Transaction};

use crate::StoreError;
use crate::connections::Names;
use crate::dialect::Dialect;
use crate::error::Step;
use crate::readers::Readers;
use crate::searches::Turns;
use crate::tenants::Sites;
use crate::vault::{PREFIX, Vault};
use crate::version::Versions;

/// An open database. Clones share its connections.
///
/// # Cancel safety
/// A dropped call of any method leaves either all of its change or nothing.
#[derive(Clone)]
pub struct Store {
    /// SQLite refuses writes through it.
    pub(crate) read: Readers,
    /// For what may take long; see [`Store::in_time`].
    pub(crate) search: Readers,
    pub(crate) turns: Turns,
    /// Those of lists; see [`Store::in_turn`].
    pub(crate) list_turns: Turns,
    /// With SQLite a single connection, so that writers queue up fairly instead of polling for the lock.
    pub(crate) write: AnyPool,
    pub(crate) dialect: Dialect,
    pub(crate) vault: Arc<Vault>,
    pub(crate) connection_names: Names,
    pub(crate) sites: Sites,
    /// Of a file.
    pub(crate) versions: Option<Versions>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.dialect)
    }
}

impl Store {
    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// It gives none.
    #[tracing::instrument(name = "db.ping", skip_all)]
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&self.read)
            .await
            .map(drop)
            .step("ask the database for a sign of life")
    }

    /// Closes all connections; later calls fail. With SQLite the write-ahead log moves into the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.search.close().await;
        self.write.close().await;
    }

    /// Whether a text is a configuration value as we show it (`trickle.v1.…`).
    pub fn is_sealed(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Drop rolls back.
    pub(crate) async fn begin_write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.begin(self.dialect.begin_write()).await
    }

    /// The same for a part of a job, which says itself that it is done: what a crash takes back is done again. PostgreSQL does not
    /// wait for its disk here, and has all of it there with the next commit that waits (docs/decisions/0134).
    pub(crate) async fn begin_part(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.begin(self.dialect.begin_part()).await
    }

    async fn begin(
        &self,
        statement: &'static str,
    ) -> Result<Transaction<'static, Any>, StoreError> {
        self.write
            .begin_with(statement)
            .await
            .step("begin a transaction")
    }
}
