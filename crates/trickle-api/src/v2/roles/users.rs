//! `/roles/{id}/users`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_store::{GiveRoles, Store};

use super::input::{given, users};
use crate::v2::{
    Bearer, Error, body::Body, kept::roles, organizations::brief, paging::Paging, query::Query,
};

/// All of them.
pub(super) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let role = roles::one(&store, &caller, &id).await?;
    let listed = store.users_with_role(caller.tenant(), &role.id, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.iter().map(brief).collect();
    Ok(paging.render("users", items, (listed.total, listed.next)))
}

/// Some more.
pub(super) async fn add(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let users = users(body)?;
    let outcome = store.give_users_role(caller.tenant(), &id, &users).await?;
    match outcome {
        GiveRoles::NoRole => Err(roles::missing()),
        outcome => given(outcome, Error::NoUser).map(|()| StatusCode::OK),
    }
}
