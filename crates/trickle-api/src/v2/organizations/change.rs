//! One organization.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::{ConnectionId, prefixed_id};
use trickle_store::{ChangeOrganization, Organization, Store};

use super::{KIND, input, list::view, within::Within};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    kept,
};

/// Shows it.
pub(super) async fn show(within: Within) -> Json<Value> {
    Json(view(within.organization))
}

/// Shows the one of a name.
pub(super) async fn show_named(
    caller: Bearer,
    State(store): State<Store>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Error> {
    let found = store.organization(caller.tenant(), &name).await?;
    let found = found.filter(|organization| organization.name == name);
    found
        .map(|organization| Json(view(organization)))
        .ok_or(Error::Missing(&KIND))
}

/// Adds one, with its connections where the body names some.
pub(super) async fn create(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let name = input::name(fields.required_text("name")?)?;
    let (links, others) = links(&caller, store, fields.take("enabled_connections")).await?;
    let mut settings = input::settings(fields)?;
    settings.retain(|_, value| !value.is_null());
    input::check_unserved(store, tenant, None, &settings).await?;
    let organization = Organization {
        id: prefixed_id("org", &mut OsRng.unwrap_err()),
        name,
        settings,
        created_at: engine.clock().now(),
    };
    if !store
        .add_organization(tenant, &organization, &links)
        .await?
    {
        return Err(Error::Exists(&KIND));
    }
    for (connection, settings) in others {
        let place = (organization.id.as_str(), connection.as_str());
        kept::organizations::add(&engine, &caller, place, settings).await?;
    }
    Ok((StatusCode::CREATED, Json(view(organization))))
}

/// Connections with their settings for an organization.
type Links = Vec<(ConnectionId, Map<String, Value>)>;

/// The connections of `enabled_connections`, all of which must be there: databases, and those of other strategies.
async fn links(
    caller: &Bearer,
    store: &Store,
    given: Option<Value>,
) -> Result<(Links, Links), Error> {
    let given = match given {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(wrong_type("enabled_connections", "array", &other)),
    };
    let (mut links, mut others) = (Vec::new(), Vec::new());
    for item in given {
        let Value::Object(item) = item else {
            return Err(wrong_type("enabled_connections[]", "object", &item));
        };
        let mut fields = Fields::new(Body(Value::Object(item)))?;
        let id = ConnectionId::from_text(fields.required_text("connection_id")?);
        if store.connection(caller.tenant(), &id).await?.is_none() {
            kept::organizations::connection(store, caller, id.as_str()).await?;
            others.push((id, input::link(fields.rest())?));
            continue;
        }
        links.push((id, input::link(fields.rest())?));
    }
    Ok((links, others))
}

/// Changes one: what is given replaces, `null` removes.
pub(super) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let name = fields.text("name")?.map(input::name).transpose()?;
    let settings = input::settings(fields)?;
    let before = store.organization(caller.tenant(), &id).await?;
    let before = before.filter(|organization| organization.id == id);
    let before = before.ok_or(Error::Missing(&KIND))?;
    input::check_unserved(&store, caller.tenant(), Some(&before.settings), &settings).await?;
    let changed = store
        .change_organization(caller.tenant(), &id, name.as_deref(), settings)
        .await?;
    match changed {
        ChangeOrganization::Changed(organization) => Ok(Json(view(*organization))),
        ChangeOrganization::NameTaken => Err(Error::Exists(&KIND)),
        ChangeOrganization::Missing => Err(Error::Missing(&KIND)),
    }
}

/// Removes one; of one that is not there the same is true afterwards.
pub(super) async fn delete(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    store.remove_organization(caller.tenant(), &id).await?;
    store.remove_kept_of(caller.tenant(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
