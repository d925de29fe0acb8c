//! Groups, which come from directories elsewhere and are not here: lists of nothing.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::UserId;
use trickle_store::Store;

use super::{
    effective::{ROLE, required},
    input::user,
    of_member::member,
    schema::{GROUP, ROLE as SCHEMA},
};
use crate::v2::{
    Bearer, Error,
    error::Kind,
    kept::roles::one,
    operation::{CURSOR, Named, Operation, Shape},
    organizations::Within,
    paging::Paging,
    query::Query,
};

static MISSING: Kind = Kind {
    code: "inexistent_group",
    name: "group",
};

/// What the document says of all of them.
pub(super) const NONE: &str =
    "There are none: groups come from directories, which are not served here";
/// Key of the lists.
pub(super) const GROUPS: &str = "groups";

/// Of the tenant.
pub(super) async fn all(_: Bearer, query: Query) -> Result<Json<Value>, Error> {
    Ok(Paging::parse(&query)?.render_none(GROUPS))
}

/// To which a user belongs.
pub(super) async fn of_user(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    user(&caller, &store, id).await?;
    Ok(Paging::parse(&query)?.render_none(GROUPS))
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
    Ok(paging.render_none(GROUPS))
}

/// What is about one group: it is missing.
pub(super) fn of_one() -> Vec<Operation> {
    const ONE: &str = "/groups/{id}";
    const ROLES: &str = "/groups/{id}/roles";
    const OF_ROLE: &str = "/roles/{id}/groups";
    const WITHIN: &str = "/organizations/{id}/groups/{group}/roles";
    const READ: &[&str] = &["read:groups"];
    const GIVE: &[&str] = &["create:role_members", "update:roles"];
    const TAKE: &[&str] = &["delete:role_members", "update:roles"];
    const GIVE_WITHIN: &[&str] = &["create:organization_member_roles"];
    const TAKE_WITHIN: &[&str] = &["delete:organization_member_roles"];
    let any = Shape::Schema(|| json!({"type": "object"}));
    vec![
        none(Operation::get(ONE, READ, missing)).gives(Shape::One(&GROUP)),
        none(Operation::delete(ONE, &["delete:groups"], gone)),
        none(Operation::get("/groups/{id}/members", READ, missing))
            .query(&[CURSOR])
            .gives(Shape::Listed("members", &MEMBER)),
        none(Operation::get(ROLES, READ, missing))
            .query(&[CURSOR])
            .gives(Shape::Listed("roles", &SCHEMA)),
        none(Operation::post(ROLES, GIVE, missing)).takes(any),
        none(Operation::delete(ROLES, TAKE, missing)).takes(any),
        none(Operation::post(OF_ROLE, GIVE, unknown)).takes(any),
        none(Operation::delete(OF_ROLE, TAKE, gone_of_role)).takes(any),
        none(Operation::get(
            WITHIN,
            &["read:organization_member_roles"],
            missing_within,
        ))
        .query(&[CURSOR])
        .gives(Shape::Listed("roles", &SCHEMA)),
        none(Operation::post(WITHIN, GIVE_WITHIN, missing_within)).takes(any),
        none(Operation::delete(WITHIN, TAKE_WITHIN, missing_within)).takes(any),
    ]
}

static MEMBER: Named = Named {
    name: "GroupMember",
    schema: || json!({"type": "object"}),
};

/// Says why.
fn none(operation: Operation) -> Operation {
    operation.says(NONE)
}

async fn missing(_: Bearer) -> Result<StatusCode, Error> {
    Err(Error::Missing(&MISSING))
}

async fn missing_within(_: Within) -> Result<StatusCode, Error> {
    Err(Error::Missing(&MISSING))
}

/// Of what is not there the same is true afterwards.
async fn gone(_: Bearer) -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn gone_of_role(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    one(&store, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A role cannot be given to what is not there.
async fn unknown(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    one(&store, &caller, &id).await?;
    Err(Error::Unknown(&MISSING))
}
