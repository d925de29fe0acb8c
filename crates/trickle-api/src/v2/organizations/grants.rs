//! Which rights of clients to tokens for APIs count for an organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::ClientId;
use trickle_store::{ClientGrantFilter, Store};

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
/// Ids of grants in one request.
const IDS_MAX: usize = 100;

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
    let ids = query.items("grant_ids");
    if ids.len() > IDS_MAX {
        return Err(Error::Query(format!(
            "Expected at most {IDS_MAX} items on property grant_ids"
        )));
    }
    let audience = query.get("audience");
    let filter = ClientGrantFilter {
        client: query.get("client_id").map(ClientId::from_text),
        audience: audience.map(|audience| stored_audience(audience, &caller.site)),
        ids,
        ..ClientGrantFilter::default()
    };
    let listed = store.list_organization_grants(tenant, id, &filter, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.iter().map(|grant| view(grant, &caller.site));
    Ok(paging.render(
        "client_grants",
        items.collect(),
        (listed.total, listed.next),
    ))
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
