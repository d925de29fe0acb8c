//! A log entry as the API shows it.

use std::collections::HashMap;

use serde_json::{Map, Value};
use trickle_model::{ClientId, ConnectionId, Event, TenantId, UserId, iso_millis};
use trickle_store::Store;

use crate::v2::Error;

/// Names of connections and clients, read once per request.
#[derive(Default)]
pub(super) struct Names {
    connections: HashMap<ConnectionId, String>,
    clients: HashMap<ClientId, String>,
}

impl Names {
    pub(super) async fn of(
        store: &Store,
        tenant: &TenantId,
        events: &[Event],
    ) -> Result<Self, Error> {
        let mut names = Self::default();
        for event in events {
            if let Some(id) = &event.connection
                && !names.connections.contains_key(id)
                && let Some(connection) = store.connection(tenant, id).await?
            {
                names.connections.insert(id.clone(), connection.name);
            }
            if let Some(id) = &event.client
                && !names.clients.contains_key(id)
                && let Some(client) = store.client(tenant, id).await?
            {
                names.clients.insert(id.clone(), client.name);
            }
        }
        Ok(names)
    }
}

/// The entry; fields without a value are left out.
pub(super) fn view(event: &Event, names: &Names) -> Value {
    let mut root = Map::new();
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            root.insert(name.to_owned(), value.into());
        }
    };
    put("log_id", Some(event.id.as_str()));
    put("_id", Some(event.id.as_str()));
    put("date", Some(&iso_millis(event.at)));
    put("type", Some(event.code.as_str()));
    put("description", Some(&event.description));
    if let Some(id) = &event.connection {
        put("connection_id", Some(id.as_str()));
        put("connection", names.connections.get(id).map(String::as_str));
        put("strategy", Some("auth0"));
        put("strategy_type", Some("database"));
    }
    if let Some(id) = &event.client {
        put("client_id", Some(id.as_str()));
        put("client_name", names.clients.get(id).map(String::as_str));
    }
    put("user_id", event.user.as_ref().map(UserId::as_str));
    put("user_name", event.user_name.as_deref());
    put("ip", event.ip.as_deref());
    put("user_agent", event.user_agent.as_deref());
    root.insert("details".to_owned(), Value::Object(event.details.clone()));
    Value::Object(root)
}
