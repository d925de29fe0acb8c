//! By which realms logins name connections.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, Executor};
use trickle_model::{Connection, ConnectionId, ConnectionOptions, TenantId, is_active, realms_of};

use crate::bulk::{Column, Rows};
use crate::column::{KEY_MAX_BYTES, key, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

const STEP: &str = "read the realms of connections";
const WRITE: &str = "write the realms of a connection";
/// Connections that are looked at together.
const GROUP: i64 = 100;

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
            let ids: Vec<String> = sqlx::query_scalar(
                "SELECT id FROM connections WHERE is_active IS NULL OR takes_passwords IS NULL LIMIT $1",
            )
            .bind(GROUP)
            .fetch_all(&self.read)
            .await
            .step(STEP)?;
            if ids.is_empty() {
                return Ok(());
            }
            for id in ids {
                self.complete_realms_of(&id).await?;
            }
        }
    }

    async fn complete_realms_of(&self, id: &str) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        // From here on nobody else changes it, and nobody writes the same.
        let is_due = sqlx::query(
            "UPDATE connections SET is_active = 1, takes_passwords = 1 \
             WHERE id = $1 AND (is_active IS NULL OR takes_passwords IS NULL)",
        )
        .bind(id)
        .execute(&mut *tx)
        .await
        .at_most_one(WRITE)?;
        if !is_due {
            return Ok(());
        }
        let (tenant, name, options, attributes): (String, String, String, String) = sqlx::query_as(
            "SELECT tenant_id, name, options, attributes FROM connections WHERE id = $1",
        )
        .bind(id)
        .fetch_one(&mut *tx)
        .await
        .step(WRITE)?;
        // What makes no sense is told where it is used.
        let parsed =
            |json: &str| serde_json::from_str::<Map<String, Value>>(json).unwrap_or_default();
        let attributes = parsed(&attributes);
        let options = ConnectionOptions::from_stored(parsed(&options));
        sqlx::query("UPDATE connections SET is_active = $2, takes_passwords = $3 WHERE id = $1")
            .bind(id)
            .bind(i64::from(is_active(&attributes)))
            .bind(i64::from(options.takes_passwords()))
            .execute(&mut *tx)
            .await
            .exactly_one(WRITE)?;
        let (tenant, id) = (TenantId::from_text(tenant), ConnectionId::from_text(id));
        let realms = realms_of(&name, &attributes);
        write_realms(&tenant, &id, &realms, self.dialect, &mut tx).await?;
        tx.commit().await.step(WRITE)
    }
}

/// Makes these the realms of a connection that is there.
pub(super) async fn write_realms(
    tenant: &TenantId,
    id: &ConnectionId,
    realms: &[&str],
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM connection_realms WHERE connection_id = $1")
        .bind(text(id.as_str()))
        .execute(&mut *tx)
        .await
        .step(WRITE)?;
    let keys: BTreeSet<String> = realms
        .iter()
        .map(|realm| key(realm))
        .filter(|key| key.len() <= KEY_MAX_BYTES)
        .collect();
    let (tenant, id) = (text(tenant.as_str()), text(id.as_str()));
    let columns = vec![
        Column::SameText(&tenant),
        Column::texts(keys.iter().map(String::as_str)),
        Column::SameText(&id),
    ];
    Rows::new(dialect, keys.len(), columns)
        .insert(
            "INSERT INTO connection_realms (tenant_id, realm_key, connection_id)",
            "",
            WRITE,
            tx,
        )
        .await
        .map(drop)
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
