//! `/organizations/{id}/discovery-domains/name/{domain}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_store::Store;

use super::{document::view, handlers::ALL, kinds::DISCOVERY_DOMAIN, operations::KEPT};
use crate::v2::{
    Error,
    operation::{Operation, Shape},
    organizations::Within,
};

pub(super) fn operations() -> [Operation; 1] {
    const PATH: &str = "/organizations/{id}/discovery-domains/name/{domain}";
    let [read, ..] = DISCOVERY_DOMAIN.scopes;
    [Operation::get(PATH, read, show)
        .says("Shows the domain of a name: it has no effect here")
        .gives(Shape::One(&KEPT))]
}

async fn show(
    within: Within,
    State(store): State<Store>,
    Path((id, domain)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let tenant = within.caller.tenant();
    let all = store.list_kept(tenant, DISCOVERY_DOMAIN.stored, &id, ALL);
    let all = all.await?.items;
    let wanted = domain.to_lowercase();
    let found = all
        .iter()
        .find(|one| one.name.as_deref() == Some(wanted.as_str()));
    let found = found.ok_or(Error::Missing(&DISCOVERY_DOMAIN.missing))?;
    Ok(Json(view(&DISCOVERY_DOMAIN, found)))
}
