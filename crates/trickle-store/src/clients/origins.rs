//! Of which origins pages may call for clients.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{ClientId, ClientSettings, TenantId};

use crate::bulk::{Column, Rows};
use crate::column::{KEY_MAX_BYTES, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "look for the client of an origin";
const WRITE: &str = "write the origins of a client";
/// Clients that are looked at together.
const GROUP: i64 = 100;
/// Origins that are asked for together; all statements have one of two texts.
const ASKED_AT_ONCE: usize = 64;

impl Store {
    /// Whether a client of the tenant has one of these among its [keys](ClientSettings::origin_keys); each is one look into an index.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.client_origins.is_listed", skip_all, fields(tenant.id = %tenant))]
    pub async fn is_client_origin(
        &self,
        tenant: &TenantId,
        origins: &[String],
    ) -> Result<bool, StoreError> {
        for some in origins.chunks(ASKED_AT_ONCE) {
            let places = if some.len() == 1 { 1 } else { ASKED_AT_ONCE };
            let numbers: Vec<String> = (2..2 + places).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT origin FROM client_origins WHERE tenant_id = $1 AND origin IN ({}) LIMIT 1",
                numbers.join(", ")
            );
            let mut query =
                sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).bind(text(tenant.as_str()));
            for origin in some.iter().cycle().take(places) {
                query = query.bind(text(origin));
            }
            if query.fetch_optional(&self.read).await.step(STEP)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes the origins of clients from before they were kept apart.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.complete_origins", skip_all)]
    pub(crate) async fn complete_origins(&self) -> Result<(), StoreError> {
        loop {
            let places: Vec<(String, String)> = sqlx::query_as(
                "SELECT tenant_id, id FROM api_clients WHERE origins_written IS NULL LIMIT $1",
            )
            .bind(GROUP)
            .fetch_all(&self.read)
            .await
            .step(STEP)?;
            if places.is_empty() {
                return Ok(());
            }
            for (tenant, id) in places {
                let (tenant, id) = (TenantId::from_text(tenant), ClientId::from_text(id));
                self.complete_origins_of(&tenant, &id).await?;
            }
        }
    }

    async fn complete_origins_of(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        // From here on nobody else changes it, and nobody writes the same.
        let is_due = sqlx::query(
            "UPDATE api_clients SET origins_written = 1 \
             WHERE tenant_id = $1 AND id = $2 AND origins_written IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .execute(&mut *tx)
        .await
        .at_most_one(WRITE)?;
        if !is_due {
            return Ok(());
        }
        let settings: String =
            sqlx::query_scalar("SELECT settings FROM api_clients WHERE tenant_id = $1 AND id = $2")
                .bind(text(tenant.as_str()))
                .bind(text(id.as_str()))
                .fetch_one(&mut *tx)
                .await
                .step(WRITE)?;
        // Settings that make no sense are told where they are used.
        let settings: Map<String, Value> = serde_json::from_str(&settings).unwrap_or_default();
        let keys = ClientSettings::from_stored(settings).origin_keys();
        write_origins(tenant, id, &keys, self.dialect, &mut tx).await?;
        tx.commit().await.step(WRITE)
    }
}

/// Makes these the origins of a client that is there.
pub(super) async fn write_origins(
    tenant: &TenantId,
    id: &ClientId,
    keys: &BTreeSet<String>,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (tenant, id) = (text(tenant.as_str()), text(id.as_str()));
    sqlx::query("DELETE FROM client_origins WHERE tenant_id = $1 AND client_id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await
        .step(WRITE)?;
    let keys: BTreeSet<String> = keys
        .iter()
        .map(|key| text(key))
        .filter(|key| key.len() <= KEY_MAX_BYTES)
        .collect();
    let columns = vec![
        Column::SameText(&tenant),
        Column::texts(keys.iter().map(String::as_str)),
        Column::SameText(&id),
    ];
    Rows::new(dialect, keys.len(), columns)
        .insert(
            "INSERT INTO client_origins (tenant_id, origin, client_id)",
            "",
            WRITE,
            tx,
        )
        .await
        .map(drop)
}
