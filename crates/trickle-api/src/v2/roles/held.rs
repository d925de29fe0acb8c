//! Roles that somebody holds, as a list.

use axum::Json;
use serde_json::Value;
use trickle_model::TenantId;
use trickle_store::{Kept, RoleHolder, Store};

use crate::v2::{Error, paging::Paging};

/// A page of them, each shown by `view`.
pub(super) async fn page(
    store: &Store,
    tenant: &TenantId,
    holder: RoleHolder<'_>,
    paging: &Paging,
    view: fn(&Kept) -> Value,
) -> Result<Json<Value>, Error> {
    let listed = store.roles_of(tenant, holder, paging.part()?).await?;
    let items = listed.items.iter().map(view).collect();
    Ok(paging.render("roles", items, (listed.total, listed.next)))
}
