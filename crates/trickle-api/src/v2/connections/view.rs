//! A connection as the API shows it.

use serde_json::{Map, Value};
use trickle_model::{ClientId, Connection, REALMS, realms_of};
use trickle_store::STRATEGY;

use crate::v2::Bearer;

/// The connection; configuration values are ciphertext.
///
/// Who may not see options gets none. Who may write them sees them, since a write replaces them as a whole and begins with a read.
pub(super) fn view(connection: &Connection, caller: &Bearer) -> Value {
    let mut root = connection.attributes.clone();
    let sees_options = caller.has("read:connections_options") || caller.has("update:connections");
    let options = if sees_options {
        options(connection)
    } else {
        Map::new()
    };
    let clients = connection.enabled_clients.iter().map(ClientId::as_str);
    root.insert("id".to_owned(), connection.id.as_str().into());
    root.insert("name".to_owned(), connection.name.as_str().into());
    root.insert("strategy".to_owned(), STRATEGY.into());
    root.insert("options".to_owned(), Value::Object(options));
    root.insert("enabled_clients".to_owned(), clients.collect());
    let realms = realms_of(&connection.name, &connection.attributes);
    root.insert(REALMS.to_owned(), realms.into());
    root.entry("is_domain_connection").or_insert(false.into());
    Value::Object(root)
}

fn options(connection: &Connection) -> Map<String, Value> {
    let mut options = connection.options.as_map().clone();
    // Kept once, when it said nothing.
    if options.get("attributes").is_some_and(Value::is_null) {
        options.remove("attributes");
    }
    if !connection.configuration.is_empty() {
        let sealed = connection.configuration.iter();
        let sealed = sealed.map(|(key, value)| (key.clone(), value.sealed.as_str().into()));
        options.insert("configuration".to_owned(), Value::Object(sealed.collect()));
    }
    options
}
