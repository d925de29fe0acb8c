//! Who may log in for an organization.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Map, Value, json};
use trickle_model::{User, UserId};
use trickle_store::{Page, RoleHolder, Store};

use super::within::Within;
use crate::v2::{
    Error,
    body::{Body, Fields},
    fields::FieldFilter,
    kept,
    paging::Paging,
    query::Query,
};

/// As many at once.
const MOST: usize = 10;
/// To see roles of members, here as under their own path.
const READ_ROLES: &[&str] = &["read:organization_member_roles"];

/// All of them.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let with_roles = fields.asks_for("roles");
    if with_roles {
        within.caller.require(READ_ROLES)?;
    }
    let tenant = within.caller.tenant();
    let listed = store
        .list_organization_members(tenant, &within.organization.id, paging.part()?)
        .await?;
    let mut items = Vec::with_capacity(listed.items.len());
    for user in &listed.items {
        let mut shown = view(user);
        if with_roles {
            shown["roles"] = roles(&within, &store, user).await?;
        }
        items.push(fields.apply(shown));
    }
    Ok(paging.render("members", items, (listed.total, listed.next)))
}

/// `[{"id":"rol_1","name":"clerk"}]`; shown to those who ask for them only.
async fn roles(within: &Within, store: &Store, user: &User) -> Result<Value, Error> {
    let holder = RoleHolder::Member {
        organization: &within.organization.id,
        user: &user.id,
    };
    let tenant = within.caller.tenant();
    let roles = store.roles_of(tenant, holder, Page::ALL).await?;
    let roles = roles.items.iter();
    Ok(roles
        .map(|role| json!({"id": role.id, "name": kept::roles::name(role)}))
        .collect())
}

/// Some more; those who are members stay it.
pub(super) async fn add(
    within: Within,
    State(store): State<Store>,
    body: Body,
) -> Result<StatusCode, Error> {
    let users = users(body)?;
    let tenant = within.caller.tenant();
    let added = store.add_organization_members(tenant, &within.organization.id, &users);
    match added.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::NoUser),
    }
}

/// Some fewer.
pub(super) async fn remove(
    within: Within,
    State(store): State<Store>,
    body: Body,
) -> Result<StatusCode, Error> {
    let users = users(body)?;
    let tenant = within.caller.tenant();
    store
        .remove_organization_members(tenant, &within.organization.id, &users)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn users(body: Body) -> Result<Vec<UserId>, Error> {
    let mut fields = Fields::new(body)?;
    let members = fields.texts("members")?;
    fields.finish()?;
    let members =
        members.ok_or_else(|| Error::Body("Missing required property: members".to_owned()))?;
    if !(1..=MOST).contains(&members.len()) {
        return Err(Error::Body(format!(
            "Expected 1 to {MOST} items on property members"
        )));
    }
    Ok(members.into_iter().map(UserId::from_text).collect())
}

/// A user in a list of people.
pub(in crate::v2) fn view(user: &User) -> Value {
    let mut shown = Map::new();
    shown.insert("user_id".to_owned(), user.id.as_str().into());
    if let Some(email) = &user.email {
        shown.insert("email".to_owned(), email.as_str().into());
    }
    for name in ["name", "picture"] {
        if let Some(Value::String(text)) = user.attributes.get(name) {
            shown.insert(name.to_owned(), text.as_str().into());
        }
    }
    Value::Object(shown)
}
