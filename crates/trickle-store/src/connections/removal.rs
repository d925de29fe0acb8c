//! How a connection goes: hidden at once, then removed slice by slice (docs/decisions/0118).

use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{ConnectionId, TenantId};

use crate::column::text;
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::stored::remove;
use crate::users::remove_some_of;
use crate::{Store, StoreError};

const STEP: &str = "remove the connection";
/// Slices that are removed before the caller is answered.
const FIRST_SLICES: usize = 4;
/// Rows of one table that go in one transaction.
const ROWS: u32 = 2_000;
/// Connections that are looked at together.
const GROUP: i64 = 100;

/// What makes a connection usable; little of each.
const AT_ONCE: [&str; 5] = [
    "secrets",
    "connection_clients",
    "connection_realms",
    "organization_connections",
    "claims",
];
/// What there may be much of, and by which columns it is found within the connection.
const IN_SLICES: [(&str, &str); 6] = [
    ("tickets", "purpose, subject"),
    ("tombstones", "raw_id"),
    ("login_failures", "identifier"),
    ("rehearsals", "id"),
    ("rolls", "identifier"),
    ("ledger", "id"),
];

impl Store {
    /// Removes a connection and its users; false without such a connection.
    ///
    /// It cannot be used from the first moment on. Of one with many users most are still there when this returns: they go by
    /// [`finish_removals`](Self::finish_removals).
    ///
    /// # Errors
    /// The store fails; then the connection stays.
    #[tracing::instrument(name = "db.connections.remove", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn remove_connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<bool, StoreError> {
        if !self.hide_connection(tenant, id).await? {
            return Ok(false);
        }
        for _ in 0..FIRST_SLICES {
            match self.remove_slice(id.as_str()).await {
                Ok(true) => {}
                Ok(false) => break,
                // It is removed for all who look, and what is left goes later.
                Err(error) => {
                    tracing::warn!(
                        connection.id = %id,
                        error = &error as &dyn std::error::Error,
                        "failed to remove the first users of a connection; it is tried again"
                    );
                    break;
                }
            }
        }
        Ok(true)
    }

    /// Removes what is left of connections that were removed, until nothing is.
    ///
    /// # Errors
    /// The store failed for one of them; the others have gone.
    #[tracing::instrument(name = "db.connections.finish_removals", skip_all)]
    pub async fn finish_removals(&self) -> Result<(), StoreError> {
        loop {
            let going: Vec<(String,)> = sqlx::query_as(
                "SELECT id FROM connections WHERE is_going = 1 ORDER BY id LIMIT $1",
            )
            .bind(GROUP)
            .fetch_all(&self.read)
            .await
            .step("find the connections that go")?;
            if going.is_empty() {
                return Ok(());
            }
            let mut failure = None;
            for (id,) in going {
                if let Err(error) = self.remove_whole(&id).await {
                    failure = Some(error);
                }
            }
            if let Some(error) = failure {
                return Err(error);
            }
        }
    }

    /// From then on nobody finds it, whoever adds users to it has ended, and its name and its realms are free.
    async fn hide_connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        // No name has a key with capitals. In PostgreSQL a change of a unique column waits for those who hold the row by
        // `takes_users`.
        let hidden = sqlx::query(
            "UPDATE connections SET is_going = 1, name_key = $3 WHERE tenant_id = $1 AND id = $2 AND is_going IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(text(&format!("GOING {id}")))
        .execute(&mut *tx)
        .await
        .at_most_one(STEP)?;
        if !hidden {
            return Ok(false);
        }
        for table in AT_ONCE {
            let sql = format!("DELETE FROM {table} WHERE connection_id = $1");
            sqlx::query(AssertSqlSafe(sql))
                .bind(text(id.as_str()))
                .execute(&mut *tx)
                .await
                .step(STEP)?;
        }
        tx.commit().await.step(STEP)?;
        Ok(true)
    }

    async fn remove_whole(&self, id: &str) -> Result<(), StoreError> {
        while self.remove_slice(id).await? {}
        Ok(())
    }

    /// Removes a part of a connection that goes, which others wait for about as long as for a login; false where nothing is left.
    async fn remove_slice(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        // One node at a time. Logins that have begun still write of the connection, and are not waited for: they may hold a user.
        let Some(tenant) = hold(id, "NO KEY UPDATE", self.dialect, &mut tx).await? else {
            return Ok(false);
        };
        let is_some = remove_some_of(&tenant, id, self.dialect, &mut tx).await?
            || remove_rows_of(id, &mut tx).await?;
        if is_some {
            tx.commit().await.step(STEP)?;
            return Ok(true);
        }
        tx.rollback().await.step(STEP)?;
        self.remove_empty(id).await
    }

    /// The end; true where there are users after all.
    async fn remove_empty(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin_write().await?;
        let Some(tenant) = hold(id, "UPDATE", self.dialect, &mut tx).await? else {
            return Ok(false);
        };
        // The foreign key would take them without their terms.
        let user: Option<(String,)> =
            sqlx::query_as("SELECT id FROM users WHERE connection_id = $1 LIMIT 1")
                .bind(text(id))
                .fetch_optional(&mut *tx)
                .await
                .step(STEP)?;
        if user.is_some() {
            return Ok(true);
        }
        remove("connections", (&tenant, id), STEP, &mut *tx).await?;
        tx.commit().await.step(STEP)?;
        Ok(false)
    }
}

/// The tenant of a connection that goes, and nobody else removes the connection meanwhile; nothing where it has gone. `strength` is
/// PostgreSQL's of the lock.
async fn hold(
    id: &str,
    strength: &str,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<Option<TenantId>, StoreError> {
    let lock = match dialect {
        Dialect::Sqlite => String::new(),
        Dialect::Postgres => format!(" FOR {strength}"),
    };
    let sql = format!("SELECT tenant_id FROM connections WHERE id = $1 AND is_going = 1{lock}");
    let tenant: Option<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(text(id))
        .fetch_optional(tx)
        .await
        .step(STEP)?;
    Ok(tenant.map(|(tenant,)| TenantId::from_text(tenant)))
}

/// Removes rows that are of no user; false where there are none.
async fn remove_rows_of(id: &str, tx: &mut AnyConnection) -> Result<bool, StoreError> {
    for (table, columns) in IN_SLICES {
        let sql = format!(
            "DELETE FROM {table} WHERE connection_id = $1 AND ({columns}) IN \
             (SELECT {columns} FROM {table} WHERE connection_id = $1 LIMIT {ROWS})"
        );
        let removed = sqlx::query(AssertSqlSafe(sql))
            .bind(text(id))
            .execute(&mut *tx)
            .await
            .step(STEP)?;
        if removed.rows_affected() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether users can be added to a connection; until the transaction ends it is not removed.
pub(crate) async fn takes_users(
    id: &ConnectionId,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let lock = dialect.for_key_share();
    let sql = format!("SELECT id FROM connections WHERE id = $1 AND is_going IS NULL{lock}");
    let found: Option<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(text(id.as_str()))
        .fetch_optional(tx)
        .await
        .step("look for the connection")?;
    Ok(found.is_some())
}
