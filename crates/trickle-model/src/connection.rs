//! A legacy user store with its scripts and settings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    Action, ClientId, ConnectionId, ConnectionOptions, LiveScript, OperatorEgress, Secret, TenantId,
};

/// Who answers for the passwords of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// The native store alone; scripts are kept and ignored.
    Native,
    /// Lazy migration: the native store first, the scripts for users it does not have.
    On,
    /// The legacy store stays in charge: the scripts at every login.
    Off,
}

/// The root field that lists the names by which the password realm grant calls a connection.
pub const REALMS: &str = "realms";

/// Realms of a connection of this name with these root fields: those that it lists, else its name.
pub fn realms_of<'a>(name: &'a str, attributes: &'a Map<String, Value>) -> Vec<&'a str> {
    let listed = attributes.get(REALMS).and_then(Value::as_array);
    let listed = listed.into_iter().flatten();
    let realms: Vec<&str> = listed.filter_map(Value::as_str).collect();
    if realms.is_empty() {
        vec![name]
    } else {
        realms
    }
}

/// Whether these root fields leave a connection on: `authentication.active` is not false.
pub fn is_active(attributes: &Map<String, Value>) -> bool {
    let active = attributes.get("authentication");
    let active = active.and_then(|authentication| authentication.get("active"));
    active != Some(&Value::Bool(false))
}

/// One value of `options.configuration`.
#[derive(Clone, Debug)]
pub struct ConfigurationValue {
    /// Ciphertext, as the Management API shows it and accepts it back unchanged.
    pub sealed: String,
    /// What the scripts get.
    pub clear: Secret,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Unique within the tenant.
    pub name: String,
    /// Everything under `options` but `configuration`.
    pub options: ConnectionOptions,
    /// The scripts that run, by action; see [`scripts`](Self::scripts).
    pub live: BTreeMap<Action, LiveScript>,
    /// `options.configuration`.
    pub configuration: BTreeMap<String, ConfigurationValue>,
    /// Clients that may log in through it.
    pub enabled_clients: Vec<ClientId>,
    /// All other root fields, as they were sent: `display_name`, `realms`, `metadata`, ….
    pub attributes: Map<String, Value>,
    /// What the operator lets its scripts reach.
    pub egress: OperatorEgress,
    /// Grows with every change.
    pub revision: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Connection {
    /// The scripts that run: of each that is saved the live version, and what was saved where no version is live.
    pub fn scripts(&self) -> BTreeMap<Action, String> {
        let mut scripts = self.options.scripts();
        for (action, text) in &mut scripts {
            if let Some(live) = self.live.get(action) {
                text.clone_from(&live.text);
            }
        }
        scripts
    }

    /// Whether people log in through it at all: neither `authentication.active` nor the password method is off.
    pub fn authenticates(&self) -> bool {
        is_active(&self.attributes) && self.options.takes_passwords()
    }

    /// Whether people log in through it to this client.
    pub fn serves(&self, client: &ClientId) -> bool {
        self.authenticates() && self.enabled_clients.contains(client)
    }

    /// Whether there is such a script.
    pub fn has(&self, action: Action) -> bool {
        self.options.scripts().contains_key(&action)
    }
}
