use jiff::Timestamp;
use trickle_model::{Action, ConnectionId, ConnectionOptions, ScriptSave, TenantId};

use super::save::{describe, insert, newest, prune, put_up};
use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "put a version of a script live";

/// What became of a version that was to go live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activation {
    /// It is live.
    Done,
    /// It does not compile, and why.
    Broken(String),
    /// There is no such version, or no such connection.
    Unknown,
}

impl Store {
    /// Puts a version live and shows it under `options`; the connection's revision rises.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.activate", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn activate_script(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        action: Action,
        version: u64,
        now: Timestamp,
    ) -> Result<Activation, StoreError> {
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(Activation::Unknown);
        };
        let found: Option<(String, Option<String>)> = sqlx::query_as(
            "SELECT text, defect FROM script_versions WHERE connection_id = $1 AND action = $2 AND version = $3",
        )
        .bind(text(id.as_str()))
        .bind(action.key())
        .bind(number(version))
        .fetch_optional(&mut *tx)
        .await
        .step(STEP)?;
        let script = match found {
            None => return Ok(Activation::Unknown),
            Some((_, Some(defect))) => return Ok(Activation::Broken(defect)),
            Some((script, None)) => script,
        };
        put_up(id, action, version, &mut tx).await?;
        let stored: String = sqlx::query_scalar("SELECT options FROM connections WHERE id = $1")
            .bind(text(id.as_str()))
            .fetch_one(&mut *tx)
            .await
            .step(STEP)?;
        let row = Row {
            table: "connections",
            id: id.as_str(),
        };
        let mut options = row.object("options", &stored)?;
        ConnectionOptions::put_script(&mut options, action, &script);
        sqlx::query("UPDATE connections SET options = $2 WHERE id = $1")
            .bind(text(id.as_str()))
            .bind(object(&options))
            .execute(&mut *tx)
            .await
            .exactly_one(STEP)?;
        tx.commit().await.step(STEP)?;
        Ok(Activation::Done)
    }

    /// Saves a version that does not go live, and gives its number; `None` without such a connection.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.add", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn add_script_version(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        action: Action,
        script: &str,
        save: &ScriptSave,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let step = "save a version of a script";
        // Raises the revision too: it holds the row, so that two versions do not get one number.
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(None);
        };
        let version = newest(id, action, &mut tx)
            .await?
            .map_or(1, |(version, _)| version + 1);
        insert(id, action, version, script, save, now, &mut tx).await?;
        prune(id, action, version, &mut tx).await?;
        tx.commit().await.step(step)?;
        Ok(Some(version))
    }

    /// Says of the first versions of a new connection who saved them and what is wrong with them; such do not stay live.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.describe_first", skip_all, fields(connection.id = %id))]
    pub async fn describe_first_scripts(
        &self,
        id: &ConnectionId,
        save: &ScriptSave,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        describe(id, save, &mut tx).await?;
        tx.commit().await.step("describe the scripts")
    }
}
