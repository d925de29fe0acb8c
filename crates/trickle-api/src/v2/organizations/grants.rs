//! Which rights of clients to tokens for APIs count for an organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::{ClientGrant, ClientId};
use trickle_store::{Page, Store};

use super::within::Within;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    client_grants::{GRANT, stored_audience, view},
    paging::Paging,
    query::Query,
};

/// Query parameters that narrow the list.
pub(super) const NARROWS: &[&str] = &["audience", "client_id", "grant_ids"];

/// Those that fit what the query says.
pub(super) async fn list(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let (tenant, id) = (caller.tenant(), &organization.id);
    if NARROWS.iter().all(|name| query.get(name).is_none()) {
        let listed = store.list_organization_grants(tenant, id, paging.page());
        let listed = listed.await?;
        let items = listed.items.iter().map(|grant| view(grant, &caller.site));
        return Ok(paging.render("client_grants", items.collect(), listed.total));
    }
    // A tenant has few grants.
    let listed = store.list_organization_grants(tenant, id, Page::ALL);
    let mut grants = listed.await?.items;
    let audience = query.get("audience");
    let audience = audience.map(|audience| stored_audience(audience, &caller.site));
    let client = query.get("client_id").map(ClientId::from_text);
    let ids = query.all("grant_ids");
    grants.retain(|grant: &ClientGrant| {
        audience
            .as_ref()
            .is_none_or(|wanted| *wanted == grant.audience)
            && (client.is_none() || client.as_ref() == grant.holder.client())
            && (ids.is_empty() || ids.contains(&grant.id))
    });
    let items = paging.part(&grants).iter();
    let items = items.map(|grant| view(grant, &caller.site));
    Ok(paging.render("client_grants", items.collect(), grants.len() as u64))
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
