//! The end of a migration, and the way back.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, Executor, FromRow};
use trickle_model::{ConnectionId, ConnectionOptions, ScriptSave, TenantId};

use crate::column::{Row, object, text};
use crate::error::{Changed, Step};
use crate::scripts::sync;
use crate::{Store, StoreError};

const STEP: &str = "end the migration";
/// What an end changes, and a way back restores.
const RESTORED: [&str; 3] = [
    "enabledDatabaseCustomization",
    "import_mode",
    "customScripts",
];

/// A migration that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// `native` or `no-ops`.
    pub kind: String,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Until when it can be reopened.
    pub reversible_until: Timestamp,
    /// `options` before the end, without `configuration`.
    pub options: Map<String, Value>,
    /// When the values of `configuration` were destroyed.
    pub destroyed_at: Option<Timestamp>,
}

/// What became of a way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopening {
    /// It is as before.
    Done,
    /// It has not ended, or there is no such connection.
    NotEnded,
    /// Its secrets are destroyed, or about to be.
    TooLate,
}

#[derive(FromRow)]
struct EndingRow {
    ending: String,
    ended_at: i64,
    reversible_until: i64,
    options: String,
    destroyed_at: Option<i64>,
}

impl EndingRow {
    fn ending(self, id: &ConnectionId) -> Result<Ending, StoreError> {
        let row = Row {
            table: "endings",
            id: id.as_str(),
        };
        Ok(Ending {
            ended_at: row.time("ended_at", self.ended_at)?,
            reversible_until: row.time("reversible_until", self.reversible_until)?,
            options: row.object("options", &self.options)?,
            destroyed_at: row.optional_time("destroyed_at", self.destroyed_at)?,
            kind: self.ending,
        })
    }
}

impl Store {
    /// Ends a migration: `after` takes the place of the connection's options, which are kept. False where it has ended already, or
    /// without such a connection.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.endings.end", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn end_migration(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        (kind, after): (&str, &ConnectionOptions),
        save: &ScriptSave,
        (now, reversible_until): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(false);
        };
        let before = options(id, &mut tx).await?;
        let ended = sqlx::query(
            "INSERT INTO endings (connection_id, tenant_id, ending, ended_at, reversible_until, options) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(text(id.as_str()))
        .bind(text(tenant.as_str()))
        .bind(text(kind))
        .bind(now.as_millisecond())
        .bind(reversible_until.as_millisecond())
        .bind(object(&before))
        .execute(&mut *tx)
        .await
        .at_most_one(STEP)?;
        if !ended {
            return Ok(false);
        }
        put_options(id, (&before, after), save, now, &mut tx).await?;
        tx.commit().await.step(STEP)?;
        Ok(true)
    }

    /// Reopens a migration: customization, import and scripts are as before it ended.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.endings.reopen", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn reopen_migration(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        save: &ScriptSave,
        now: Timestamp,
    ) -> Result<Reopening, StoreError> {
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(Reopening::NotEnded);
        };
        let ending = match find(id, &mut *tx).await? {
            None => return Ok(Reopening::NotEnded),
            Some(ending) if ending.destroyed_at.is_some() || ending.reversible_until <= now => {
                return Ok(Reopening::TooLate);
            }
            Some(ending) => ending,
        };
        let before = options(id, &mut tx).await?;
        let mut after = before.clone();
        for key in RESTORED {
            match ending.options.get(key) {
                Some(value) => after.insert(key.to_owned(), value.clone()),
                None => after.remove(key),
            };
        }
        let after = ConnectionOptions::from_stored(after);
        put_options(id, (&before, &after), save, now, &mut tx).await?;
        sqlx::query("DELETE FROM endings WHERE connection_id = $1")
            .bind(text(id.as_str()))
            .execute(&mut *tx)
            .await
            .exactly_one(STEP)?;
        tx.commit().await.step(STEP)?;
        Ok(Reopening::Done)
    }

    /// The end of a connection's migration, if it has ended.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.endings.ending", skip_all, fields(connection.id = %id))]
    pub async fn ending(&self, id: &ConnectionId) -> Result<Option<Ending>, StoreError> {
        find(id, &self.read).await
    }

    /// Destroys the configuration values of migrations that can no longer be reopened, and their rolls, and says of which connections.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.endings.destroy_secrets", skip_all)]
    pub async fn destroy_legacy_secrets(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(TenantId, ConnectionId)>, StoreError> {
        let due: Vec<(String, String)> = sqlx::query_as(
            "SELECT tenant_id, connection_id FROM endings WHERE reversible_until <= $1 AND destroyed_at IS NULL",
        )
        .bind(now.as_millisecond())
        .fetch_all(&self.read)
        .await
        .step("find secrets to be destroyed")?;
        let mut destroyed = Vec::new();
        for (tenant, id) in due {
            let (tenant, id) = (TenantId::from_text(tenant), ConnectionId::from_text(id));
            // Holds the connection's row: a way back that has begun is over first, and then there is nothing to destroy.
            let Some(mut tx) = self.begin_change(&tenant, &id, now).await? else {
                continue;
            };
            let marked = sqlx::query(
                "UPDATE endings SET destroyed_at = $2 WHERE connection_id = $1 AND reversible_until <= $2 \
                 AND destroyed_at IS NULL",
            )
            .bind(text(id.as_str()))
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await
            .at_most_one(STEP)?;
            if !marked {
                continue;
            }
            sqlx::query("DELETE FROM secrets WHERE connection_id = $1")
                .bind(text(id.as_str()))
                .execute(&mut *tx)
                .await
                .step("destroy the legacy secrets")?;
            // People who never came: there is no more reason to know of them.
            sqlx::query("DELETE FROM rolls WHERE connection_id = $1")
                .bind(text(id.as_str()))
                .execute(&mut *tx)
                .await
                .step("throw the roll away")?;
            tx.commit().await.step(STEP)?;
            destroyed.push((tenant, id));
        }
        Ok(destroyed)
    }
}

async fn find(
    id: &ConnectionId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<Ending>, StoreError> {
    let row: Option<EndingRow> = sqlx::query_as(
        "SELECT ending, ended_at, reversible_until, options, destroyed_at FROM endings WHERE connection_id = $1",
    )
    .bind(text(id.as_str()))
    .fetch_optional(executor)
    .await
    .step("read the end of the migration")?;
    row.map(|row| row.ending(id)).transpose()
}

async fn options(
    id: &ConnectionId,
    tx: &mut AnyConnection,
) -> Result<Map<String, Value>, StoreError> {
    let stored: String = sqlx::query_scalar("SELECT options FROM connections WHERE id = $1")
        .bind(text(id.as_str()))
        .fetch_one(tx)
        .await
        .step(STEP)?;
    let row = Row {
        table: "connections",
        id: id.as_str(),
    };
    row.object("options", &stored)
}

async fn put_options(
    id: &ConnectionId,
    (before, after): (&Map<String, Value>, &ConnectionOptions),
    save: &ScriptSave,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let before = ConnectionOptions::from_stored(before.clone());
    sync(id, &before, after, save, now, &mut *tx).await?;
    sqlx::query("UPDATE connections SET options = $2 WHERE id = $1")
        .bind(text(id.as_str()))
        .bind(object(after.as_map()))
        .execute(tx)
        .await
        .exactly_one(STEP)
}
