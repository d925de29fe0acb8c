use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::TenantId;

use crate::StoreError;
use crate::column::{key, text};
use crate::error::{Changed, Step};

/// Under which kind connections of other strategies are kept. No two connections of a tenant share a name, of whichever strategies they are.
pub const KEPT_CONNECTION: &str = "connection";

/// Where else a connection may have a name.
#[derive(Clone, Copy)]
pub(crate) enum Among {
    /// Those that are kept.
    Kept,
    /// Those of databases.
    Databases,
}

/// Until the transaction ends, nobody else gives a name or a realm to a connection of the tenant: no unique index spans two tables, and
/// realms from before they were checked may be shared, so that the tenant's row is locked. So it is where jobs are counted.
pub(crate) async fn hold_tenant(
    tenant: &TenantId,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    // A column that no foreign key refers to: in PostgreSQL rows that refer to the tenant can still be added meanwhile.
    sqlx::query("UPDATE tenants SET default_directory = default_directory WHERE id = $1")
        .bind(text(tenant.as_str()))
        .execute(tx)
        .await
        .at_most_one("hold the tenant")
}

/// Whether another connection has a name; the tenant's row is held from then on.
pub(crate) async fn is_taken(
    tenant: &TenantId,
    name: &str,
    among: Among,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    hold_tenant(tenant, tx).await?;
    let others = match among {
        Among::Kept => format!("kept WHERE kind = '{KEPT_CONNECTION}' AND parent = '' AND"),
        Among::Databases => "connections WHERE".to_owned(),
    };
    let sql = format!("SELECT COUNT(*) FROM {others} tenant_id = $1 AND name_key = $2");
    let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(text(tenant.as_str()))
        .bind(key(name))
        .fetch_one(tx)
        .await
        .step("look for the name of a connection")?;
    Ok(found > 0)
}
