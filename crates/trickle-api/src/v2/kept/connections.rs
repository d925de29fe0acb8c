//! Connections of other strategies than databases: nobody logs in through them. The engine does not know of them.

use axum::{Json, http::StatusCode};
use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{ClientId, TenantId};
use trickle_store::{KEPT_CONNECTION, Kept, STRATEGY, Store};

use super::{
    document::{check_size, merge, new, view as shown},
    handlers::{ALL, add, alter, find},
    kind::Kind,
};
use crate::v2::{Bearer, Error};

pub(crate) use super::document::place;

/// The clients that would log people in through it.
const CLIENTS: &str = "clients";
const NAME_MAX_CHARS: usize = 64;

pub(super) static CONNECTION: Kind = Kind {
    required: &["name", "strategy"],
    unique: Some("name"),
    is_timed: false,
    has_secrets: true,
    shows: |shown, connection| {
        let clients = clients(connection);
        let name = shown.get("name").cloned().unwrap_or_default();
        shown.insert("enabled_clients".to_owned(), clients.into());
        shown.entry("realms").or_insert_with(|| json!([name]));
        shown.entry("is_domain_connection").or_insert(false.into());
        shown.entry("options").or_insert_with(|| json!({}));
    },
    ..Kind::new(
        (KEPT_CONNECTION, "connection"),
        "inexistent_connection",
        ("/connections", "/connections/{id}", "connections"),
        "con",
        [
            &["read:connections"],
            &["create:connections"],
            &["update:connections"],
            &["delete:connections"],
        ],
    )
};

fn clients(connection: &Kept) -> Vec<&str> {
    let clients = connection.parts.get(CLIENTS).and_then(Value::as_array);
    let clients = clients.into_iter().flatten();
    clients.filter_map(Value::as_str).collect()
}

fn set_clients<'a>(connection: &mut Kept, clients: impl Iterator<Item = &'a str>) {
    let clients: Value = clients.collect();
    connection.parts.insert(CLIENTS.to_owned(), clients);
}

/// The connection; options only for those who may see them.
pub(crate) fn view(connection: &Kept, caller: &Bearer) -> Value {
    let mut shown = shown(&CONNECTION, connection);
    if !caller.has("read:connections_options") && !caller.has("update:connections") {
        shown["options"] = json!({});
    }
    shown
}

/// A strategy that is kept.
pub(crate) fn check_strategy(strategy: &str) -> Result<(), Error> {
    let is_word = (1..=NAME_MAX_CHARS).contains(&strategy.len())
        && strategy
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_');
    match is_word {
        true => Ok(()),
        false => Err(Error::Body(format!(
            "Expected 1 to {NAME_MAX_CHARS} letters, digits, - and _ on property strategy"
        ))),
    }
}

/// Those of these strategies and of this name; no strategy means all.
pub(crate) async fn list(
    store: &Store,
    tenant: &TenantId,
    (strategies, name): (&[String], Option<&str>),
) -> Result<Vec<Kept>, Error> {
    if !strategies.is_empty() && strategies.iter().all(|one| one == STRATEGY) {
        return Ok(Vec::new());
    }
    let name = name.map(str::to_lowercase);
    let listed = store.list_kept(tenant, CONNECTION.stored, "", ALL).await?;
    let mut items = listed.items;
    items.retain(|one| {
        let strategy = one.body.get("strategy").and_then(Value::as_str);
        let is_wanted = |wanted: &String| Some(wanted.as_str()) == strategy;
        (strategies.is_empty() || strategies.iter().any(is_wanted))
            && (name.is_none() || one.name == name)
    });
    Ok(items)
}

/// Whether people of a domain would log in through it.
pub(crate) fn has_domain(connection: &Kept, domain: &str) -> bool {
    let options = connection.body.get("options");
    let aliases = options.and_then(|options| options.get("domain_aliases")?.as_array());
    let mut aliases = aliases.into_iter().flatten().filter_map(Value::as_str);
    aliases.any(|alias| alias.eq_ignore_ascii_case(domain))
}

/// The one of an id.
pub(crate) async fn one(store: &Store, caller: &Bearer, id: &str) -> Result<Kept, Error> {
    let found = find(&CONNECTION, caller, store, ("", id)).await;
    found.map_err(no_connection)
}

/// Certificates of SAML may come as base64 of PEM, as the deploy CLI writes them, and are shown as PEM.
fn decode_certificates(body: &mut Map<String, Value>) {
    let Some(Value::Object(options)) = body.get_mut("options") else {
        return;
    };
    for name in ["cert", "signingCert"] {
        let Some(Value::String(text)) = options.get_mut(name) else {
            continue;
        };
        let decoded = STANDARD.decode(text.trim()).ok();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(pem) = decoded.filter(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")) {
            *text = pem;
        }
    }
}

/// One more.
pub(crate) async fn create(
    caller: &Bearer,
    engine: &Engine,
    mut body: Map<String, Value>,
    clients: &[ClientId],
) -> Result<(StatusCode, Json<Value>), Error> {
    let store = engine.store();
    decode_certificates(&mut body);
    let mut connection = new(&CONNECTION, "", body, engine.clock().now())?;
    set_clients(&mut connection, clients.iter().map(ClientId::as_str));
    add(&CONNECTION, caller, store, &connection)
        .await
        .map_err(no_connection)?;
    Ok((StatusCode::CREATED, Json(view(&connection, caller))))
}

/// Puts a connection's name in the place of what people call it where a change leaves that out, as Auth0 does.
pub(crate) fn call_by_name(
    before: &Map<String, Value>,
    name: &str,
    given: &mut Map<String, Value>,
) {
    const FIELD: &str = "display_name";
    if before.contains_key(FIELD) && !given.contains_key(FIELD) {
        given.insert(FIELD.to_owned(), name.into());
    }
}

/// Changes one: `options` is replaced as a whole, other fields one by one.
pub(crate) async fn change(
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    (mut given, clients): (Map<String, Value>, Option<Vec<ClientId>>),
) -> Result<Json<Value>, Error> {
    decode_certificates(&mut given);
    let changed = alter(&CONNECTION, caller, engine, ("", id), |connection| {
        if let Some(clients) = clients {
            set_clients(connection, clients.iter().map(ClientId::as_str));
        }
        let name = connection.body.get("name").and_then(Value::as_str);
        call_by_name(&connection.body, name.unwrap_or_default(), &mut given);
        merge(&CONNECTION, connection, given)
    });
    let changed = changed.await.map_err(no_connection)?;
    Ok(Json(view(&changed, caller)))
}

/// Ids of the clients that would log people in through it.
pub(crate) async fn clients_of(
    store: &Store,
    caller: &Bearer,
    id: &str,
) -> Result<Vec<ClientId>, Error> {
    let connection = one(store, caller, id).await?;
    let ids = clients(&connection).into_iter();
    Ok(ids.map(ClientId::from_text).collect())
}

/// Whether a client would log people in through it.
pub(crate) fn has_client(connection: &Kept, client: &ClientId) -> bool {
    clients(connection).contains(&client.as_str())
}

/// Lets clients log people in through it, or not.
pub(crate) async fn switch(
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    switches: &[(ClientId, bool)],
) -> Result<StatusCode, Error> {
    let changed = alter(&CONNECTION, caller, engine, ("", id), |connection| {
        let mut all: Vec<String> = clients(connection).into_iter().map(str::to_owned).collect();
        for (client, allowed) in switches {
            all.retain(|one| one != client.as_str());
            if *allowed {
                all.push(client.as_str().to_owned());
            }
        }
        all.sort();
        set_clients(connection, all.iter().map(String::as_str));
        check_size(connection)
    });
    changed.await.map_err(no_connection)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a client that is gone out of all of them.
pub(crate) async fn forget_client(
    caller: &Bearer,
    engine: &Engine,
    client: &ClientId,
) -> Result<(), Error> {
    let all = list(engine.store(), caller.tenant(), (&[], None)).await?;
    for connection in all.iter().filter(|one| has_client(one, client)) {
        let off = [(client.clone(), false)];
        match switch(caller, engine, &connection.id, &off).await {
            // It went in the meantime.
            Ok(_) | Err(Error::NoConnection) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Removes one.
pub(crate) async fn remove(caller: &Bearer, store: &Store, id: &str) -> Result<(), Error> {
    match store
        .remove_kept(caller.tenant(), CONNECTION.stored, id)
        .await?
    {
        true => Ok(()),
        false => Err(Error::NoConnection),
    }
}

/// The errors of all connections.
pub(super) fn no_connection(error: Error) -> Error {
    match error {
        Error::Missing(kind) if std::ptr::eq(kind, &raw const CONNECTION.missing) => {
            Error::NoConnection
        }
        Error::Exists(_) => Error::ConnectionExists,
        other => other,
    }
}
