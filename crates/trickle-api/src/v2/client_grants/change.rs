//! `GET`, `PATCH` and `DELETE /api/v2/client-grants/{id}`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::{GrantHolder, GrantSubject};
use trickle_store::Store;

use super::{GRANT, create::check_settings, view::view};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// What a grant is about. Older deploy CLIs send it back as they read it, which changes nothing.
const FIXED: [&str; 4] = [
    "client_id",
    GrantHolder::SETTING,
    "audience",
    GrantSubject::SETTING,
];

/// One grant.
pub(crate) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let grant = store.client_grant_by_id(caller.tenant(), &id).await?;
    let grant = grant.ok_or(Error::Missing(&GRANT))?;
    Ok(Json(view(&grant, &caller.site)))
}

/// Changes its scopes, and what it says of organizations; not whose it is, what for and about whom.
pub(crate) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let fixed = FIXED.map(|name| (name, fields.take(name)));
    let fixed: Vec<(&str, Value)> = fixed
        .into_iter()
        .filter_map(|(name, given)| Some((name, given?)))
        .collect();
    if !fixed.is_empty() {
        let grant = store.client_grant_by_id(caller.tenant(), &id).await?;
        let shown = view(&grant.ok_or(Error::Missing(&GRANT))?, &caller.site);
        if let Some((name, _)) = fixed.iter().find(|(name, given)| shown[*name] != *given) {
            return Err(Error::Body(format!(
                "Additional properties not allowed: {name}"
            )));
        }
    }
    let scopes = fields.texts("scope")?;
    let settings = fields.rest();
    check_settings(&settings)?;
    let changed = store
        .change_client_grant(caller.tenant(), &id, scopes, settings)
        .await?;
    let grant = changed.ok_or(Error::Missing(&GRANT))?;
    Ok(Json(view(&grant, &caller.site)))
}

/// Removes it; of one that is not there the same is true afterwards.
pub(crate) async fn delete(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    store.remove_client_grant(caller.tenant(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
