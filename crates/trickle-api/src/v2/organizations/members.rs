//! Who may log in for an organization.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Map, Value};
use trickle_model::{User, UserId};
use trickle_store::Store;

use super::within::Within;
use crate::v2::{
    Error,
    body::{Body, Fields},
    fields::FieldFilter,
    paging::Paging,
    query::Query,
};

/// As many at once.
const MOST: usize = 10;

/// All of them.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let tenant = within.caller.tenant();
    let listed = store
        .list_organization_members(tenant, &within.organization.id, paging.page())
        .await?;
    let items = listed.items.iter();
    let items = items.map(|user| fields.apply(view(user)));
    Ok(paging.render("members", items.collect(), listed.total))
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

fn view(user: &User) -> Value {
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
