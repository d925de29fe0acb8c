//! Which rights of clients to tokens for APIs count for an organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_store::Store;

use super::within::Within;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    client_grants::{GRANT, view},
    paging::Paging,
    query::Query,
};

/// All of them.
pub(super) async fn list(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let listed = store
        .list_organization_grants(caller.tenant(), &organization.id, paging.page())
        .await?;
    let items = listed.items.iter().map(|grant| view(grant, &caller.site));
    Ok(paging.render("client_grants", items.collect(), listed.total))
}

/// One more; one that counts already stays.
pub(super) async fn add(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let grant = fields.required_text("grant_id")?;
    fields.finish()?;
    let tenant = caller.tenant();
    let grant = store.client_grant_by_id(tenant, &grant).await?;
    let grant = grant.ok_or(Error::Unknown(&GRANT))?;
    store
        .add_organization_grant(tenant, &organization.id, &grant.id)
        .await?;
    Ok((StatusCode::CREATED, Json(view(&grant, &caller.site))))
}

/// Takes one away; of one that is not there the same is true afterwards.
pub(super) async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, grant)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    store
        .remove_organization_grant(caller.tenant(), &id, &grant)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
