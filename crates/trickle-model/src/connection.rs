//! A legacy user store with its scripts and settings.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{ClientId, ConnectionId, ConnectionOptions, OperatorEgress, Secret, TenantId};

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
    /// Unique within the tenant; also the name of its realm.
    pub name: String,
    /// Everything under `options` but `configuration`.
    pub options: ConnectionOptions,
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
