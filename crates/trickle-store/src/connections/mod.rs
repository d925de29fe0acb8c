//! Connections, their configuration and their clients.

mod change;
mod configuration;
mod names;
mod read;
mod realms;
mod removal;
mod row;
mod taken;

pub(crate) use names::Names;
pub(crate) use removal::takes_users;
use std::collections::BTreeMap;
pub use taken::KEPT_CONNECTION;
pub(crate) use taken::{Among, hold_tenant, is_taken};

use serde_json::{Map, Value};
use trickle_model::{ClientId, ConnectionId, ConnectionOptions, ScriptSave, Secret, TenantId};

use crate::{StoreError, Total};

/// The only strategy there is.
pub const STRATEGY: &str = "auth0";

/// A connection to be stored.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Its id.
    pub id: ConnectionId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Unique within the tenant, whatever the case.
    pub name: String,
    /// Everything under `options` but `configuration`.
    pub options: ConnectionOptions,
    /// `options.configuration` in clear.
    pub configuration: BTreeMap<String, Secret>,
    /// Clients that may log in through it.
    pub enabled_clients: Vec<ClientId>,
    /// All other root fields, as they were sent.
    pub attributes: Map<String, Value>,
}

/// What becomes of one value of `options.configuration`.
#[derive(Clone, Debug)]
pub enum ConfigurationInput {
    /// A new value.
    Clear(Secret),
    /// The client sent our own ciphertext back.
    Keep,
}

/// A change of a connection.
#[derive(Clone, Debug, Default)]
pub struct ConnectionChange {
    /// Options and configuration, replaced as a whole.
    pub options: Option<(ConnectionOptions, BTreeMap<String, ConfigurationInput>)>,
    /// What is said of scripts that change with the options.
    pub saved: ScriptSave,
    /// Merged into the attributes: a given key replaces, `null` removes.
    pub attributes: Map<String, Value>,
}

/// Which connections to list.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    /// Any of these; empty means all. Every connection's is [`STRATEGY`].
    pub strategy: Vec<String>,
    /// Of this name, whatever its case.
    pub name: Option<String>,
    /// What is to be known of the others.
    pub total: Total,
}

/// Why a connection cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddConnectionError {
    /// The tenant has one of that name.
    #[error("add the connection: its name is taken")]
    NameTaken,
    /// The tenant has one of that realm.
    #[error("add the connection: one of its realms is taken")]
    RealmTaken,
    /// The tenant has [as many](CONNECTIONS_MOST) as it may have.
    #[error("add the connection: the tenant has too many")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Connections of a tenant at most: who logs in where none is named may have to be looked for in the clients of all.
pub const CONNECTIONS_MOST: u64 = 1_000;

/// Why a connection cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeConnectionError {
    /// The tenant has another one of that realm.
    #[error("change the connection: one of its realms is taken")]
    RealmTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
