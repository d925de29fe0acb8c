//! Of which origins pages may call for clients.

use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::{ClientId, ClientSettings, TenantId};

use super::facets::Facets;
use crate::bulk::{Column, Rows};
use crate::column::text;
use crate::dialect::Dialect;
use crate::error::Step;
use crate::looked_up::{KeyTable, Listing, due};
use crate::{Store, StoreError};

const STEP: &str = "look for the client of an origin";
const WRITE: &str = "write the origins of a client";
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

    /// Writes the origins of clients from before they were kept apart, and what lists are narrowed by.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.complete_origins", skip_all)]
    pub(crate) async fn complete_origins(&self) -> Result<(), StoreError> {
        loop {
            let mut tx = self.begin_write().await?;
            let due: Vec<(String, String, String)> = due(DUE, self.dialect, WRITE, &mut tx).await?;
            if due.is_empty() {
                return Ok(());
            }
            // Settings that make no sense are told where they are used.
            let parsed = |json: &str| -> Map<String, Value> {
                serde_json::from_str(json).unwrap_or_default()
            };
            let settings: Vec<ClientSettings> = due
                .iter()
                .map(|(_, _, json)| ClientSettings::from_stored(parsed(json)))
                .collect();
            let listings: Vec<Listing> = due
                .iter()
                .zip(&settings)
                .map(|((tenant, id, _), settings)| origins_of(tenant, id, settings))
                .collect();
            ORIGINS.write(&listings, self.dialect, &mut tx).await?;
            let facets: Vec<Facets> = settings.iter().map(Facets::of).collect();
            let columns = vec![
                Column::texts(due.iter().map(|(tenant, ..)| tenant.as_str())),
                Column::texts(due.iter().map(|(_, id, _)| id.as_str())),
                Column::Texts(facets.iter().map(|one| one.app_type.as_deref()).collect()),
                Column::Numbers(facets.iter().map(|one| one.is_first_party).collect()),
                Column::Texts(
                    facets
                        .iter()
                        .map(|one| one.external_id.as_deref())
                        .collect(),
                ),
            ];
            let set = |given: &str| {
                format!(
                    "UPDATE api_clients SET app_type = given.column3, is_first_party = given.column4, \
                     external_id = given.column5, origins_written = 1 FROM {given} \
                     WHERE api_clients.tenant_id = given.column1 AND api_clients.id = given.column2"
                )
            };
            Rows::new(self.dialect, due.len(), columns)
                .update(set, WRITE, &mut tx)
                .await?;
            tx.commit().await.step(WRITE)?;
        }
    }
}

const DUE: &str = "SELECT tenant_id, id, settings FROM api_clients \
     WHERE is_first_party IS NULL OR origins_written IS NULL ORDER BY tenant_id, id";

/// The origins of clients.
const ORIGINS: KeyTable = KeyTable {
    into: "client_origins (tenant_id, client_id, origin)",
    of: "client_origins WHERE (tenant_id, client_id) IN (SELECT column1, column2",
    step: WRITE,
};

fn origins_of(tenant: &str, id: &str, settings: &ClientSettings) -> Listing {
    let keys = settings.origin_keys();
    Listing::new(tenant, id, keys.iter().map(|key| text(key)))
}

/// Makes what its settings list the origins of a client that is there.
pub(super) async fn write_origins(
    tenant: &TenantId,
    id: &ClientId,
    settings: &ClientSettings,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let listing = origins_of(tenant.as_str(), id.as_str(), settings);
    ORIGINS.write(&[listing], dialect, tx).await
}
