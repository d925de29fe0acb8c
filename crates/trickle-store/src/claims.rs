//! Claims: of several nodes one at a time imports a person.

use jiff::Timestamp;
use trickle_model::ConnectionId;

use crate::column::text;
use crate::dialect::Dialect;
use crate::error::Changed;
use crate::{Store, StoreError};

impl Store {
    /// Whether other nodes may work on the same database.
    pub fn is_shared(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// How many transactions write beside each other to any good: SQLite has one writer; a process of PostgreSQL has one
    /// processor, and while one waits for the disk another works.
    pub const fn writers(&self) -> usize {
        match self.dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 3,
        }
    }

    /// Claims an identifier until `until`; false while somebody else holds it.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.claims.claim", skip_all, fields(connection.id = %connection))]
    pub async fn claim(
        &self,
        connection: &ConnectionId,
        identifier: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "INSERT INTO claims (connection_id, identifier, holder, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (connection_id, identifier) DO UPDATE SET holder = excluded.holder, \
             expires_at = excluded.expires_at WHERE claims.expires_at <= $5",
        )
        .bind(text(connection.as_str()))
        .bind(text(identifier))
        .bind(text(holder))
        .bind(until.as_millisecond())
        .bind(now.as_millisecond())
        .execute(&self.write)
        .await
        .at_most_one("claim the identifier")
    }

    /// Gives a claim up; false where it had expired and somebody else took it.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.claims.release", skip_all, fields(connection.id = %connection))]
    pub async fn release_claim(
        &self,
        connection: &ConnectionId,
        identifier: &str,
        holder: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "DELETE FROM claims WHERE connection_id = $1 AND identifier = $2 AND holder = $3",
        )
        .bind(text(connection.as_str()))
        .bind(text(identifier))
        .bind(text(holder))
        .execute(&self.write)
        .await
        .at_most_one("give the claim up")
    }
}
