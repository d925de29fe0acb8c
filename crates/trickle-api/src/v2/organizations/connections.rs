//! Through which connections people log in for an organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::ConnectionId;
use trickle_store::{OrganizationConnection, Page, Place, STRATEGY, Store};

use super::{input, within::Within};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
    kept,
    paging::{Paging, Rest},
    query::Query,
};

pub(in crate::v2) static LINK: Kind = Kind {
    code: "inexistent_organization_connection",
    name: "connection of the organization",
};

/// All of them, or those that are enabled or not, under the key by which the caller knows them.
pub(super) async fn list(
    within: Within,
    State(store): State<Store>,
    query: Query,
    key: &'static str,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let Within {
        caller,
        organization,
    } = within;
    if let Some(wanted) = query.flag("is_enabled")? {
        let (tenant, id) = (caller.tenant(), &organization.id);
        let databases = store.list_organization_connections(tenant, id, Page::ALL);
        let databases = databases.await?;
        let others = kept::organizations::list(&store, &caller, id).await?;
        let all = databases.items.into_iter().map(view).chain(others);
        let fit = all.filter(|link| link["is_enabled"] == wanted);
        return paging.render_part(key, fit.collect(), ["connection_id", "connection_id"]);
    }
    let (databases, rest) = match paging.head()? {
        None => (Vec::new(), Rest::none()),
        Some(part) => {
            let (tenant, id) = (caller.tenant(), &organization.id);
            let listed = store.list_organization_connections(tenant, id, part);
            let listed = listed.await?;
            (listed.items, (listed.total, listed.next).into())
        }
    };
    let others = kept::organizations::list(&store, &caller, &organization.id).await?;
    let shown = (databases.len(), rest);
    let (others, rest) = paging.follow(shown, others, |other| {
        let id = other["connection_id"].as_str().unwrap_or_default();
        Place::new([id.into()])
    });
    let items = databases.into_iter().map(view).chain(others);
    Ok(paging.render(key, items.collect(), rest))
}

/// One more.
pub(super) async fn add(
    Within {
        caller,
        organization,
    }: Within,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let connection = ConnectionId::from_text(fields.required_text("connection_id")?);
    let settings = input::link(fields.rest())?;
    let store = engine.store();
    let tenant = caller.tenant();
    if store.connection(tenant, &connection).await?.is_none() {
        let place = (organization.id.as_str(), connection.as_str());
        let shown = kept::organizations::add(&engine, &caller, place, settings).await?;
        return Ok((StatusCode::CREATED, Json(shown)));
    }
    let added = store
        .add_organization_connection(tenant, &organization.id, &connection, &settings)
        .await?;
    if !added {
        return Err(Error::Exists(&LINK));
    }
    let link = found(store, &caller, &organization.id, &connection).await?;
    let link = link.ok_or(Error::Missing(&LINK))?;
    Ok((StatusCode::CREATED, Json(view(link))))
}

/// One of them.
pub(super) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, connection)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let connection = ConnectionId::from_text(connection);
    match found(&store, &caller, &id, &connection).await? {
        Some(link) => Ok(Json(view(link))),
        None => {
            let place = (id.as_str(), connection.as_str());
            let shown = kept::organizations::show(&store, &caller, place).await?;
            Ok(Json(shown))
        }
    }
}

/// Puts settings over those that are there.
pub(super) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, connection)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let given = input::link(Fields::new(body)?.rest())?;
    let connection = ConnectionId::from_text(connection);
    let store = engine.store();
    let changed =
        store.change_organization_connection(caller.tenant(), &id, &connection, given.clone());
    Ok(Json(match changed.await? {
        Some(link) => view(link),
        None => {
            let place = (id.as_str(), connection.as_str());
            kept::organizations::change(&engine, &caller, place, given).await?
        }
    }))
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
    kept::organizations::remove(&store, &caller, (&id, connection.as_str())).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn found(
    store: &Store,
    caller: &Bearer,
    organization: &str,
    connection: &ConnectionId,
) -> Result<Option<OrganizationConnection>, Error> {
    let link = store.organization_connection(caller.tenant(), organization, connection);
    Ok(link.await?)
}

fn view(link: OrganizationConnection) -> Value {
    let connection = json!({"name": link.name, "strategy": STRATEGY});
    shown(link.settings, link.connection.as_str(), connection)
}

/// A connection of an organization as the API shows it.
pub(in crate::v2) fn shown(mut settings: Map<String, Value>, id: &str, connection: Value) -> Value {
    for (name, usual) in [("assign_membership_on_login", false), ("is_enabled", true)] {
        settings.entry(name).or_insert(usual.into());
    }
    settings.insert("connection_id".to_owned(), id.into());
    settings.insert("connection".to_owned(), connection);
    Value::Object(settings)
}
