//! By which realms logins name connections.

use sqlx::{Any, AnyConnection, Executor, FromRow};
use trickle_model::{Connection, ConnectionId, TenantId, realms_of};

use crate::column::{Row, key, text};
use crate::error::Step;
use crate::{Store, StoreError};

#[derive(FromRow)]
struct RealmRow {
    id: String,
    name: String,
    attributes: String,
}

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
        let all = all(tenant, &self.read).await?;
        let mut all = all.into_iter();
        match all.find(|(_, realms)| realms.contains(&wanted)) {
            Some((id, _)) => self.connection(tenant, &id).await,
            None => Ok(named),
        }
    }
}

/// Whether another connection has one of these realms. Until the transaction ends, nobody else gives them away where the tenant's row is
/// [held](super::hold_tenant).
pub(super) async fn are_taken(
    tenant: &TenantId,
    but: &ConnectionId,
    realms: &[&str],
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let wanted: Vec<String> = realms.iter().map(|realm| key(realm)).collect();
    let all = all(tenant, tx).await?;
    let mut others = all.iter().filter(|(id, _)| id != but);
    Ok(others.any(|(_, realms)| realms.iter().any(|one| wanted.contains(one))))
}

/// Keys of all realms, by connection, oldest first. A tenant has few connections, and what they list is inside their attributes.
async fn all(
    tenant: &TenantId,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Vec<(ConnectionId, Vec<String>)>, StoreError> {
    let rows: Vec<RealmRow> = sqlx::query_as(
        "SELECT id, name, attributes FROM connections WHERE tenant_id = $1 ORDER BY created_at, id",
    )
    .bind(text(tenant.as_str()))
    .fetch_all(executor)
    .await
    .step("read the realms of connections")?;
    let realms = rows.into_iter().map(|found| {
        let row = Row {
            table: "connections",
            id: &found.id,
        };
        let attributes = row.object("attributes", &found.attributes)?;
        let realms = realms_of(&found.name, &attributes);
        let realms = realms.into_iter().map(key).collect();
        Ok((ConnectionId::from_text(found.id.as_str()), realms))
    });
    realms.collect()
}
