//! `/organizations/{id}/roles/{role}/members`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_store::Store;

use crate::v2::{
    Error,
    fields::FieldFilter,
    kept::roles,
    organizations::{Within, brief},
    paging::Paging,
    query::Query,
};

/// Members who have a role when logging in for the organization.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    Path((_, role)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let fields = FieldFilter::parse(&query)?;
    let role = roles::one(&store, &within.caller, &role).await?;
    let (tenant, organization) = (within.caller.tenant(), &within.organization.id);
    let listed = store.members_with_role(tenant, organization, &role.id, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.iter().map(|user| fields.apply(brief(user)));
    Ok(paging.render("members", items.collect(), (listed.total, listed.next)))
}
