//! What counts of roles and permissions, whichever way it came. There are no groups here, so that all roles are given directly.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_model::UserId;
use trickle_store::{Kept, Page, Permission, RoleHolder, Store};

use super::{
    held::page,
    input::user,
    of_member::member,
    permissions::{Apis, is_direct, sources},
};
use crate::v2::{
    Bearer, Error, kept::roles::name, organizations::Within, paging::Paging, query::Query,
};

/// Query parameters that name a permission.
pub(super) const API: &str = "resource_server_identifier";
pub(super) const PERMISSION: &str = "permission_name";
/// The one that names a role.
pub(super) const ROLE: &str = "role_id";

/// Roles of a user.
pub(super) async fn roles_of_user(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
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

/// Roles of a member, when logging in for the organization.
pub(super) async fn roles_of_member(
    within: Within,
    State(store): State<Store>,
    Path((_, user)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let user = UserId::from_text(user);
    let holder = member(&within, &store, &user).await?;
    page(&store, within.caller.tenant(), holder, &paging, view).await
}

/// What a user may do at an API.
pub(super) async fn permissions(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let api = required(&query, API)?;
    let (tenant, user) = (caller.tenant(), user(&caller, &store, id).await?);
    let apis = Apis::only(&store, tenant, api).await?;
    let sources = sources(&store, tenant, &user).await?;
    let here = sources
        .into_iter()
        .filter(|(permission, _)| permission.api == api);
    let shown = here.filter_map(|(permission, sources)| apis.view(&permission, kinds(&sources)));
    let all: Vec<Value> = shown.collect();
    paging.render_part("permissions", all, Permission::FIELDS)
}

/// Roles by which a user may do a thing.
pub(super) async fn roles_behind(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let permission = Permission {
        api: required(&query, API)?.to_owned(),
        name: required(&query, PERMISSION)?.to_owned(),
    };
    let (tenant, user) = (caller.tenant(), user(&caller, &store, id).await?);
    let apis = Apis::only(&store, tenant, &permission.api).await?;
    let counts = apis.check(&permission).is_ok();
    let roles = store.roles_of(tenant, RoleHolder::User(&user), Page::ALL);
    let roles = roles.await?.items;
    let behind = roles
        .iter()
        .filter(|role| counts && Permission::of_role(role).contains(&permission));
    let all: Vec<Value> = behind.map(view).collect();
    paging.render_part("roles", all, ["name", "id"])
}

pub(super) fn required<'a>(query: &'a Query, name: &str) -> Result<&'a str, Error> {
    let given = query.get(name);
    given.ok_or_else(|| Error::Query(format!("Missing required property: {name}")))
}

/// `["direct","roles"]`.
fn kinds(sources: &[Value]) -> Vec<Value> {
    let kinds = sources.iter().map(|source| match is_direct(source) {
        true => Value::from("direct"),
        false => Value::from("roles"),
    });
    let mut kinds: Vec<Value> = kinds.collect();
    kinds.dedup();
    kinds
}

fn view(role: &Kept) -> Value {
    let description = role.body.get("description").and_then(Value::as_str);
    json!({
        "id": role.id, "name": name(role), "description": description.unwrap_or_default(), "sources": ["direct"],
    })
}
