//! Groups, which come from directories elsewhere and are not here: lists of nothing.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::UserId;
use trickle_store::Store;

use super::{
    effective::{ROLE, required},
    input::user,
    of_member::member,
};
use crate::v2::{
    Bearer, Error, kept::roles::one, organizations::Within, paging::Paging, query::Query,
};

/// Key of the lists.
pub(super) const GROUPS: &str = "groups";

/// Of the tenant.
pub(super) async fn all(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    Ok(Paging::parse(&query)?.render(GROUPS, Vec::new(), 0))
}

/// To which a user belongs.
pub(super) async fn of_user(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    user(&caller, &store, id).await?;
    Ok(Paging::parse(&query)?.render(GROUPS, Vec::new(), 0))
}

/// That have a role.
pub(super) async fn of_role(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    one(&store, &caller, &id).await?;
    nothing(&query)
}

/// Of an organization.
pub(super) async fn of_organization(_: Within, query: Query) -> Result<Json<Value>, Error> {
    nothing(&query)
}

/// That have a role when logging in for an organization.
pub(super) async fn of_organization_role(
    within: Within,
    State(store): State<Store>,
    Path((_, role)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    one(&store, &within.caller, &role).await?;
    nothing(&query)
}

/// By which a user has a role.
pub(super) async fn behind_role_of_user(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    required(&query, ROLE)?;
    user(&caller, &store, id).await?;
    nothing(&query)
}

/// By which a member has a role.
pub(super) async fn behind_role_of_member(
    within: Within,
    State(store): State<Store>,
    Path((_, user)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    required(&query, ROLE)?;
    member(&within, &store, &UserId::from_text(user)).await?;
    nothing(&query)
}

/// These lists always have a cursor.
fn nothing(query: &Query) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(query)?.always_checkpoint();
    Ok(paging.render(GROUPS, Vec::new(), 0))
}
