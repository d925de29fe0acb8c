//! By which realms logins name connections.

use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, Executor};
use trickle_model::{Connection, ConnectionId, ConnectionOptions, TenantId, is_active, realms_of};

use crate::bulk::{Column, Rows};
use crate::column::{key, text};
use crate::dialect::Dialect;
use crate::error::Step;
use crate::looked_up::{KeyTable, Listing, due};
use crate::{Store, StoreError};

const STEP: &str = "read the realms of connections";
const WRITE: &str = "write the realms of a connection";

impl Store {
    /// The connection of a realm, whatever its case: the one that lists it, or that has the name and lists none. A name that nobody
    /// lists stands for its connection, too.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    #[tracing::instrument(name = "db.connections.connection_by_realm", skip_all, fields(tenant.id = %tenant))]
    pub async fn connection_by_realm(
        &self,
        tenant: &TenantId,
        realm: &str,
    ) -> Result<Option<Connection>, StoreError> {
        let named = self.connection_by_name(tenant, realm).await?;
        let wanted = key(realm);
        let is_listed = named.as_ref().is_some_and(|named| {
            let realms = realms_of(&named.name, &named.attributes);
            realms.into_iter().any(|one| key(one) == wanted)
        });
        if is_listed {
            return Ok(named);
        }
        match with_realm(&wanted, tenant, None, &self.read).await? {
            Some(id) => self.connection(tenant, &id).await,
            None => Ok(named),
        }
    }

    /// Writes realms, and what else is told apart, of connections from before they were.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.connections.complete_realms", skip_all)]
    pub(crate) async fn complete_realms(&self) -> Result<(), StoreError> {
        loop {
            let mut tx = self.begin_write().await?;
            let due: Vec<DueRow> = due(DUE, self.dialect, WRITE, &mut tx).await?;
            if due.is_empty() {
                return Ok(());
            }
            // What makes no sense is told where it is used.
            let parsed = |json: &str| -> Map<String, Value> {
                serde_json::from_str(json).unwrap_or_default()
            };
            let (mut listings, mut active, mut passwords) = (Vec::new(), Vec::new(), Vec::new());
            for (tenant, id, name, options, attributes) in &due {
                let attributes = parsed(attributes);
                let options = ConnectionOptions::from_stored(parsed(options));
                active.push(i64::from(is_active(&attributes)));
                passwords.push(i64::from(options.takes_passwords()));
                listings.push(listing(tenant, id, &realms_of(name, &attributes)));
            }
            REALMS.write(&listings, self.dialect, &mut tx).await?;
            let columns = vec![
                Column::texts(due.iter().map(|(_, id, ..)| id.as_str())),
                Column::Numbers(active),
                Column::Numbers(passwords),
            ];
            let set = |given: &str| {
                format!(
                    "UPDATE connections SET is_active = given.column2, takes_passwords = given.column3 \
                     FROM {given} WHERE connections.id = given.column1"
                )
            };
            Rows::new(self.dialect, due.len(), columns)
                .update(set, WRITE, &mut tx)
                .await?;
            tx.commit().await.step(WRITE)?;
        }
    }
}

/// Tenant, id, name, options and attributes.
type DueRow = (String, String, String, String, String);

const DUE: &str = "SELECT tenant_id, id, name, options, attributes FROM connections \
     WHERE is_active IS NULL OR takes_passwords IS NULL ORDER BY id";

/// The realms of connections.
const REALMS: KeyTable = KeyTable {
    into: "connection_realms (tenant_id, connection_id, realm_key)",
    of: "connection_realms WHERE connection_id IN (SELECT column2",
    step: WRITE,
};

fn listing(tenant: &str, id: &str, realms: &[&str]) -> Listing {
    Listing::new(tenant, id, realms.iter().map(|realm| key(realm)))
}

/// Makes these the realms of a connection that is there.
pub(super) async fn write_realms(
    tenant: &TenantId,
    id: &ConnectionId,
    realms: &[&str],
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let listing = listing(tenant.as_str(), id.as_str(), realms);
    REALMS.write(&[listing], dialect, tx).await
}

/// Whether another connection has one of these realms. Until the transaction ends, nobody else gives them away where the tenant's row is
/// [held](super::hold_tenant).
pub(super) async fn are_taken(
    tenant: &TenantId,
    but: &ConnectionId,
    realms: &[&str],
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    for realm in realms {
        let found = with_realm(&key(realm), tenant, Some(but), &mut *tx).await?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The oldest connection, `but` one, with the realm of this key.
async fn with_realm(
    realm: &str,
    tenant: &TenantId,
    but: Option<&ConnectionId>,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<ConnectionId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT connections.id FROM connection_realms \
         JOIN connections ON connections.id = connection_realms.connection_id \
         WHERE connection_realms.tenant_id = $1 AND connection_realms.realm_key = $2 \
         AND connection_realms.connection_id <> $3 ORDER BY connections.created_at, connections.id LIMIT 1",
    )
    .bind(text(tenant.as_str()))
    .bind(realm)
    .bind(but.map_or_else(String::new, |but| text(but.as_str())))
    .fetch_optional(executor)
    .await
    .step(STEP)?;
    Ok(found.map(ConnectionId::from_text))
}
