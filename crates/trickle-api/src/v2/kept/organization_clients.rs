//! Clients of organizations, and whether members would use them. Nobody is kept out by it.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{ApiClient, ClientId, TenantId};
use trickle_store::{AddKept, ChangeKept, ClientFilter, KEPT_MOST, Kept, Page, Place, Store};

use super::{document::place, handlers::ALL};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    clients::CLIENT,
    error::Kind,
    operation::{CURSOR, Named, Operation, Shape},
    organizations::Within,
    paging::Paging,
    query::Query,
};

/// Under which name the store keeps them; each is a part of its organization.
const STORED: &str = "organization-client";
const MEMBERS: &str = "use_for_member_access";
/// As many at once.
const MOST: usize = 50;

static LINK: Kind = Kind {
    code: "inexistent_organization_client",
    name: "client of the organization",
};

static ORGANIZATION_CLIENT: Named = Named {
    name: "OrganizationClient",
    schema: || {
        let mut schema = item();
        schema["properties"]["client"] = json!({"type": "object"});
        schema["required"] = json!(["client_id", MEMBERS, "client"]);
        schema
    },
};

fn item() -> Value {
    json!({
        "type": "object",
        "properties": {"client_id": {"type": "string"}, MEMBERS: {"type": "boolean"}},
        "required": ["client_id", MEMBERS],
    })
}

fn added() -> Value {
    json!({
        "type": "object",
        "properties": {"clients": {"type": "array", "minItems": 1, "maxItems": MOST, "items": item()}},
        "required": ["clients"],
        "additionalProperties": false,
    })
}

fn removed() -> Value {
    let ids =
        json!({"type": "array", "minItems": 1, "maxItems": MOST, "items": {"type": "string"}});
    json!({
        "type": "object", "properties": {"clients": ids}, "required": ["clients"], "additionalProperties": false,
    })
}

fn changed() -> Value {
    json!({
        "type": "object", "properties": {MEMBERS: {"type": "boolean"}}, "additionalProperties": false,
    })
}

pub(super) fn operations() -> [Operation; 5] {
    const SOME: &str = "/organizations/{id}/clients";
    const ONE: &str = "/organizations/{id}/clients/{client}";
    const READ: &[&str] = &["read:organization_clients", "read:organizations"];
    let one = Shape::One(&ORGANIZATION_CLIENT);
    [
        Operation::get(SOME, READ, list)
            .says("Lists the clients of an organization, without effect")
            .query(&[CURSOR])
            .gives(Shape::Listed("clients", &ORGANIZATION_CLIENT)),
        Operation::post(SOME, &["create:organization_clients"], add)
            .says("Gives an organization clients, without effect")
            .takes(Shape::Schema(added))
            .gives(Shape::Array(&ORGANIZATION_CLIENT)),
        Operation::delete(SOME, &["delete:organization_clients"], remove)
            .says("Takes clients from an organization")
            .takes(Shape::Schema(removed)),
        Operation::get(ONE, READ, show)
            .says("Shows a client of an organization")
            .gives(one),
        Operation::patch(ONE, &["update:organization_clients"], change)
            .says("Changes a client of an organization")
            .takes(Shape::Schema(changed))
            .gives(one),
    ]
}

fn id(organization: &str, client: &ClientId) -> String {
    format!("{organization}|{client}")
}

fn view(link: &Kept, client: &ApiClient) -> Value {
    let settings = &client.settings;
    let mut known = json!({
        "name": client.name, "grant_types": client.grant_types, "is_first_party": settings.is_first_party(),
    });
    for name in ["app_type", "logo_uri", "organization_usage"] {
        if let Some(value) = settings.as_map().get(name) {
            known[name] = value.clone();
        }
    }
    let for_members = link.body.get(MEMBERS) == Some(&Value::Bool(true));
    json!({"client_id": client.id.as_str(), MEMBERS: for_members, "client": known})
}

/// What is kept of one client of an organization, for lists of organizations.
pub(crate) async fn association(
    store: &Store,
    tenant: &TenantId,
    (organization, client): (&str, &ClientId),
) -> Result<Option<Value>, Error> {
    let link = store
        .kept(tenant, STORED, &id(organization, client))
        .await?;
    Ok(link.map(|link| {
        let for_members = link.body.get(MEMBERS) == Some(&Value::Bool(true));
        json!({MEMBERS: for_members})
    }))
}

/// All of them that are clients still.
async fn list(
    within: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let tenant = within.caller.tenant();
    let links = store.list_kept(tenant, STORED, &within.organization.id, ALL);
    let links = links.await?.items;
    let mut shown = Vec::new();
    let ids = links.iter().filter_map(|link| link.id.split_once('|'));
    let filter = ClientFilter {
        ids: ids.map(|(_, id)| ClientId::from_text(id)).collect(),
        ..ClientFilter::default()
    };
    if !filter.ids.is_empty() {
        let clients = store.list_clients(tenant, &filter, Page::ALL).await?.items;
        let clients: HashMap<&str, &ApiClient> = clients
            .iter()
            .map(|client| (client.id.as_str(), client))
            .collect();
        shown.extend(links.iter().filter_map(|link| {
            let (_, wanted) = link.id.split_once('|')?;
            Some((place(link), view(link, clients.get(wanted)?)))
        }));
    }
    let (part, rest) = paging.among(shown, |(place, _): &(Place, Value)| place.clone())?;
    let part = part.into_iter().map(|(_, client)| client).collect();
    Ok(paging.render("clients", part, rest))
}

/// Some more, none of which is there already.
async fn add(
    within: Within,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let wanted = wanted(body)?;
    let (store, tenant) = (engine.store(), within.caller.tenant());
    let organization = within.organization.id;
    let mut new = Vec::new();
    for (client, for_members) in wanted {
        let found = store.client(tenant, &client).await?;
        let found = found.ok_or(Error::Unknown(&CLIENT))?;
        let id = id(&organization, &client);
        if store.kept(tenant, STORED, &id).await?.is_some() {
            return Err(Error::Exists(&LINK));
        }
        let now = engine.clock().now();
        let link = Kept {
            id,
            parent: organization.clone(),
            name: None,
            body: Map::from_iter([(MEMBERS.to_owned(), for_members.into())]),
            parts: Map::new(),
            created_at: now,
            updated_at: now,
        };
        new.push((link, found));
    }
    let mut shown = Vec::new();
    for (link, client) in &new {
        match store.add_kept(tenant, STORED, link).await? {
            AddKept::Added => shown.push(view(link, client)),
            AddKept::Taken => return Err(Error::Exists(&LINK)),
            AddKept::Full => {
                return Err(Error::Conflict(format!(
                    "There are {KEPT_MOST} clients of the organization already"
                )));
            }
        }
    }
    Ok((StatusCode::CREATED, Json(shown.into())))
}

/// Some fewer; of those that are not there the same is true afterwards.
async fn remove(
    within: Within,
    State(store): State<Store>,
    body: Body,
) -> Result<StatusCode, Error> {
    let mut fields = Fields::new(body)?;
    let clients = fields.texts("clients")?;
    fields.finish()?;
    let clients = few(clients)?;
    for client in clients.into_iter().map(ClientId::from_text) {
        let id = id(&within.organization.id, &client);
        store
            .remove_kept(within.caller.tenant(), STORED, &id)
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// One of them.
async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((organization, client)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let client = ClientId::from_text(client);
    let id = id(&organization, &client);
    let link = store.kept(caller.tenant(), STORED, &id).await?;
    let client = store.client(caller.tenant(), &client).await?;
    match (link, client) {
        (Some(link), Some(client)) => Ok(Json(view(&link, &client))),
        _ => Err(Error::Missing(&LINK)),
    }
}

/// Says whether members use it.
async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((organization, client)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let for_members = flag(fields.take(MEMBERS), MEMBERS)?;
    fields.finish()?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let id = id(&organization, &ClientId::from_text(client.as_str()));
    let changed = store.change_kept(tenant, (STORED, &id), engine.clock().now(), |link| {
        if let Some(for_members) = for_members {
            link.body.insert(MEMBERS.to_owned(), for_members.into());
        }
        Ok::<(), Error>(())
    });
    match changed.await? {
        ChangeKept::Refused(error) => Err(error),
        _ => show(caller, State(store.clone()), Path((organization, client))).await,
    }
}

/// `[{"client_id":…,"use_for_member_access":true}]` of `clients`.
fn wanted(body: Body) -> Result<Vec<(ClientId, bool)>, Error> {
    let mut fields = Fields::new(body)?;
    let items = match fields.take("clients") {
        None => None,
        Some(Value::Array(items)) => Some(items),
        Some(other) => return Err(wrong_type("clients", "array", &other)),
    };
    fields.finish()?;
    let one = |(at, item)| -> Result<(ClientId, bool), Error> {
        let place = format!("clients[{at}].{MEMBERS}");
        let mut item = Fields::new(Body(item))?;
        let client = ClientId::from_text(item.required_text("client_id")?);
        let for_members = flag(item.take(MEMBERS), &place)?;
        let missing = || Error::Body(format!("Missing required property: {place}"));
        Ok((client, for_members.ok_or_else(missing)?))
    };
    few(items)?.into_iter().enumerate().map(one).collect()
}

fn few<T>(items: Option<Vec<T>>) -> Result<Vec<T>, Error> {
    match items {
        None => Err(Error::Body("Missing required property: clients".to_owned())),
        Some(items) if (1..=MOST).contains(&items.len()) => Ok(items),
        Some(_) => Err(Error::Body(format!(
            "Expected 1 to {MOST} items on property clients"
        ))),
    }
}

fn flag(value: Option<Value>, place: &str) -> Result<Option<bool>, Error> {
    match value {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(other) => Err(wrong_type(place, "boolean", &other)),
    }
}
