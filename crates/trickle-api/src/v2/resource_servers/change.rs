//! `GET`, `PATCH` and `DELETE /api/v2/resource-servers/{id}`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_store::{ResourceServer, Store};

use super::{
    RESOURCE_SERVER,
    create::{check_unserved, settings},
    view::{is_management, management, view},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    fields::FieldFilter,
    query::Query,
};

/// One API.
pub(crate) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    if is_management(&id, &caller.site) {
        return Ok(Json(fields.apply(management(&caller.site))));
    }
    let server = find(&store, &caller, &id).await?;
    let server = server.ok_or(Error::Missing(&RESOURCE_SERVER))?;
    Ok(Json(fields.apply(view(&server))))
}

/// Changes an API: what is given replaces, `null` removes.
pub(crate) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    if fields.take("identifier").is_some() {
        return Err(Error::Body(
            "Additional properties not allowed: identifier".to_owned(),
        ));
    }
    let settings = settings(fields)?;
    if is_management(&id, &caller.site) {
        return Err(fixed());
    }
    let server = find(&store, &caller, &id).await?;
    let server = server.ok_or(Error::Missing(&RESOURCE_SERVER))?;
    check_unserved(&store, &caller, Some(&server.settings), &settings).await?;
    let changed = store
        .change_resource_server(caller.tenant(), &server.id, settings)
        .await?;
    let server = changed.ok_or(Error::Missing(&RESOURCE_SERVER))?;
    Ok(Json(view(&server)))
}

/// Removes an API; of one that is not there the same is true afterwards.
pub(crate) async fn delete(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    if is_management(&id, &caller.site) {
        return Err(fixed());
    }
    if let Some(server) = find(&store, &caller, &id).await? {
        store
            .remove_resource_server(caller.tenant(), &server.id)
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn find(store: &Store, caller: &Bearer, id: &str) -> Result<Option<ResourceServer>, Error> {
    Ok(store.resource_server(caller.tenant(), id).await?)
}

fn fixed() -> Error {
    Error::Body("The Management API stays as it is".to_owned())
}
