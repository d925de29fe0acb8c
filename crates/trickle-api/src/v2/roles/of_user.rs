//! `/users/{id}/roles`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::UserId;
use trickle_store::{RoleHolder, Store};

use super::held::page;
use super::input::{given, roles, user};
use crate::v2::{Bearer, Error, body::Body, kept::roles::view, paging::Paging, query::Query};

/// All of them.
pub(super) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let user = user(&caller, &store, id).await?;
    page(
        &store,
        caller.tenant(),
        RoleHolder::User(&user),
        &paging,
        view,
    )
    .await
}

/// Some more.
pub(super) async fn add(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (roles, user) = (roles(body)?, UserId::from_text(id));
    let holder = RoleHolder::User(&user);
    let outcome = store.give_roles(caller.tenant(), holder, &roles).await?;
    given(outcome, Error::NoUser)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Some fewer.
pub(super) async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let roles = roles(body)?;
    let user = user(&caller, &store, id).await?;
    let holder = RoleHolder::User(&user);
    store.take_roles(caller.tenant(), holder, &roles).await?;
    Ok(StatusCode::NO_CONTENT)
}
