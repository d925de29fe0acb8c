use sqlx::FromRow;
use trickle_model::{Action, ConnectionId, ScriptVersion, TenantId};

use crate::column::{Row, number, text};
use crate::error::Step;
use crate::{Store, StoreError};

const STEP: &str = "read the versions of the scripts";

#[derive(FromRow)]
struct VersionRow {
    action: String,
    version: i64,
    text: String,
    author: Option<String>,
    note: Option<String>,
    defect: Option<String>,
    live: i64,
    saved_at: i64,
}

fn action(row: &Row<'_>, key: &str) -> Result<Action, StoreError> {
    key.parse()
        .map_err(|_| row.inconsistent("action", "it is no action"))
}

impl VersionRow {
    fn version(self, connection: &ConnectionId) -> Result<ScriptVersion, StoreError> {
        let row = Row {
            table: "script_versions",
            id: connection.as_str(),
        };
        Ok(ScriptVersion {
            action: action(&row, &self.action)?,
            version: row.count("version", self.version)?,
            text: self.text,
            author: self.author,
            note: self.note,
            defect: self.defect,
            live: row.flag("live", self.live)?,
            saved_at: row.time("saved_at", self.saved_at)?,
        })
    }
}

impl Store {
    /// The connections, of all tenants, of which a version of this script is live.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.connections", skip_all, fields(action = %action))]
    pub async fn connections_with_live(
        &self,
        action: Action,
    ) -> Result<Vec<(TenantId, ConnectionId)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.tenant_id, c.id FROM connections c JOIN script_versions v ON v.connection_id = c.id \
             WHERE v.action = $1 AND v.live = 1 AND c.is_going IS NULL ORDER BY c.id",
        )
        .bind(action.key())
        .fetch_all(&self.read)
        .await
        .step(STEP)?;
        let ids = rows
            .into_iter()
            .map(|(tenant, id)| (TenantId::from_text(tenant), ConnectionId::from_text(id)));
        Ok(ids.collect())
    }

    /// Versions of a connection's scripts, newest first, of one action or of all.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.list", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn script_versions(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        action: Option<Action>,
    ) -> Result<Vec<ScriptVersion>, StoreError> {
        let rows: Vec<VersionRow> = sqlx::query_as(
            "SELECT action, version, text, author, note, defect, live, saved_at FROM script_versions \
             WHERE connection_id = (SELECT id FROM connections WHERE tenant_id = $1 AND id = $2 AND is_going IS NULL) \
             AND ($3 = '' OR action = $3) ORDER BY action, version DESC",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(action.map_or("", Action::key))
        .fetch_all(&self.read)
        .await
        .step(STEP)?;
        rows.into_iter().map(|row| row.version(id)).collect()
    }

    /// One version of a script.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.script_versions.version", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn script_version(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        action: Action,
        version: u64,
    ) -> Result<Option<ScriptVersion>, StoreError> {
        let row: Option<VersionRow> = sqlx::query_as(
            "SELECT action, version, text, author, note, defect, live, saved_at FROM script_versions \
             WHERE connection_id = (SELECT id FROM connections WHERE tenant_id = $1 AND id = $2 AND is_going IS NULL) \
             AND action = $3 AND version = $4",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(action.key())
        .bind(number(version))
        .fetch_optional(&self.read)
        .await
        .step(STEP)?;
        row.map(|row| row.version(id)).transpose()
    }
}
