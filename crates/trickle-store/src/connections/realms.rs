//! By which realms logins name connections.

use futures::stream::TryStreamExt as _;
use sqlx::{Any, AnyConnection, Executor, FromRow};
use trickle_model::{Connection, ConnectionId, TenantId, realms_of};

use crate::column::{Row, key, text};
use crate::error::Step;
use crate::{Store, StoreError};

const STEP: &str = "read the realms of connections";

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
        let wanted = [wanted];
        let found = with_one_of(&wanted, tenant, None, &self.read);
        match self.in_turn(tenant, STEP, found).await? {
            Some(id) => self.connection(tenant, &id).await,
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
    let found = with_one_of(&wanted, tenant, Some(but), tx).await?;
    Ok(found.is_some())
}

/// The oldest connection, `but` one, with a realm of these keys. What connections list is inside their attributes, which are read one by one.
async fn with_one_of(
    wanted: &[String],
    tenant: &TenantId,
    but: Option<&ConnectionId>,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<ConnectionId>, StoreError> {
    let mut rows = sqlx::query_as::<_, RealmRow>(
        "SELECT id, name, attributes FROM connections WHERE tenant_id = $1 ORDER BY created_at, id",
    )
    .bind(text(tenant.as_str()))
    .fetch(executor);
    while let Some(found) = rows.try_next().await.step(STEP)? {
        let row = Row {
            table: "connections",
            id: &found.id,
        };
        let attributes = row.object("attributes", &found.attributes)?;
        let mut realms = realms_of(&found.name, &attributes).into_iter();
        let is_other = but.is_none_or(|but| but.as_str() != found.id);
        if is_other && realms.any(|realm| wanted.contains(&key(realm))) {
            return Ok(Some(ConnectionId::from_text(found.id.as_str())));
        }
    }
    Ok(None)
}
