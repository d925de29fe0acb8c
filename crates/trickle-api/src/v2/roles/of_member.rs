//! `/organizations/{id}/members/{user}/roles`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::Value;
use trickle_model::UserId;
use trickle_store::{RoleHolder, Store};

use super::held::page;
use super::input::{given, roles};
use crate::v2::{
    Error, body::Body, error::Kind, kept::roles::view, organizations::Within, paging::Paging,
    query::Query,
};

static MEMBER: Kind = Kind {
    code: "inexistent_organization_member",
    name: "member",
};

/// All of them.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    Path((_, user)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let user = UserId::from_text(user);
    let holder = member(&within, &store, &user).await?;
    page(&store, within.caller.tenant(), holder, &paging, view).await
}

/// Some more.
pub(super) async fn add(
    within: Within,
    State(store): State<Store>,
    Path((_, user)): Path<(String, String)>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (roles, user) = (roles(body)?, UserId::from_text(user));
    let holder = RoleHolder::Member {
        organization: &within.organization.id,
        user: &user,
    };
    let given_roles = store.give_roles(within.caller.tenant(), holder, &roles);
    given(given_roles.await?, Error::Missing(&MEMBER))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Some fewer.
pub(super) async fn remove(
    within: Within,
    State(store): State<Store>,
    Path((_, user)): Path<(String, String)>,
    body: Body,
) -> Result<StatusCode, Error> {
    let (roles, user) = (roles(body)?, UserId::from_text(user));
    let holder = member(&within, &store, &user).await?;
    let tenant = within.caller.tenant();
    store.take_roles(tenant, holder, &roles).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The member, who is one.
pub(super) async fn member<'a>(
    within: &'a Within,
    store: &Store,
    user: &'a UserId,
) -> Result<RoleHolder<'a>, Error> {
    let (tenant, organization) = (within.caller.tenant(), &within.organization.id);
    let found = store.is_organization_member(tenant, organization, user);
    match found.await? {
        true => Ok(RoleHolder::Member { organization, user }),
        false => Err(Error::Missing(&MEMBER)),
    }
}
