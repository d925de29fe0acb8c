//! Through which connections people log in for an organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::ConnectionId;
use trickle_store::{OrganizationConnection, STRATEGY, Store};

use super::{input, within::Within};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
    paging::Paging,
    query::Query,
};

static LINK: Kind = Kind {
    code: "inexistent_organization_connection",
    name: "connection of the organization",
};

/// All of them, under the key by which the caller knows them.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    query: Query,
    key: &'static str,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let tenant = within.caller.tenant();
    let listed = store
        .list_organization_connections(tenant, &within.organization.id, paging.page())
        .await?;
    let items = listed.items.into_iter().map(view).collect();
    Ok(paging.render(key, items, listed.total))
}

/// One more.
pub(super) async fn add(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let connection = ConnectionId::from_text(fields.required_text("connection_id")?);
    let settings = input::link(fields.rest())?;
    let tenant = caller.tenant();
    if store.connection(tenant, &connection).await?.is_none() {
        return Err(Error::UnknownConnection);
    }
    let added = store
        .add_organization_connection(tenant, &organization.id, &connection, &settings)
        .await?;
    if !added {
        return Err(Error::Exists(&LINK));
    }
    let link = found(&store, &caller, &organization.id, &connection).await?;
    Ok((StatusCode::CREATED, Json(view(link))))
}

/// One of them.
pub(super) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, connection)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let connection = ConnectionId::from_text(connection);
    Ok(Json(view(found(&store, &caller, &id, &connection).await?)))
}

/// Puts settings over those that are there.
pub(super) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, connection)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let given = input::link(Fields::new(body)?.rest())?;
    let connection = ConnectionId::from_text(connection);
    let mut link = found(&store, &caller, &id, &connection).await?;
    link.settings.extend(given);
    let changed = store
        .change_organization_connection(caller.tenant(), &id, &connection, &link.settings)
        .await?;
    if !changed {
        return Err(Error::Missing(&LINK));
    }
    Ok(Json(view(link)))
}

/// Takes one away; of one that is not there the same is true afterwards.
pub(super) async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, connection)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let connection = ConnectionId::from_text(connection);
    store
        .remove_organization_connection(caller.tenant(), &id, &connection)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn found(
    store: &Store,
    caller: &Bearer,
    organization: &str,
    connection: &ConnectionId,
) -> Result<OrganizationConnection, Error> {
    let link = store.organization_connection(caller.tenant(), organization, connection);
    link.await?.ok_or(Error::Missing(&LINK))
}

fn view(link: OrganizationConnection) -> Value {
    let mut shown = link.settings;
    for (name, usual) in [("assign_membership_on_login", false), ("is_enabled", true)] {
        shown.entry(name).or_insert(usual.into());
    }
    shown.insert("connection_id".to_owned(), link.connection.as_str().into());
    shown.insert(
        "connection".to_owned(),
        json!({"name": link.name, "strategy": STRATEGY}),
    );
    Value::Object(shown)
}
