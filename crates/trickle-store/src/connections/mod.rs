//! Connections, their configuration and their clients.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{ClientId, Connection, ConnectionId, ConnectionOptions, Secret, TenantId};

use crate::{Listed, Page, Store, StoreError};

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
}

/// Why a connection cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddConnectionError {
    /// The tenant has one of that name.
    #[error("add the connection: its name is taken")]
    NameTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Adds a connection at revision 1.
    ///
    /// # Errors
    /// The name is taken, or the store fails.
    pub async fn add_connection(
        &self,
        new: &NewConnection,
        now: Timestamp,
    ) -> Result<Connection, AddConnectionError> {
        todo!("{new:?} {now}")
    }

    /// A connection.
    ///
    /// # Errors
    /// The store fails, or a configuration value cannot be opened.
    pub async fn connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        todo!("{tenant} {id}")
    }

    /// The connection of a name, whatever its case.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    pub async fn connection_by_name(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<Option<Connection>, StoreError> {
        todo!("{tenant} {name}")
    }

    /// Connections of a tenant, oldest first.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    pub async fn list_connections(
        &self,
        tenant: &TenantId,
        filter: &ConnectionFilter,
        page: Page,
    ) -> Result<Listed<Connection>, StoreError> {
        todo!("{tenant} {filter:?} {page:?}")
    }

    /// Changes a connection and raises its revision; `None` without such a connection.
    ///
    /// # Errors
    /// [`StoreError::NothingToKeep`], or as [`connection`](Self::connection).
    pub async fn change_connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        change: &ConnectionChange,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError> {
        todo!("{tenant} {id} {change:?} {now}")
    }

    /// Allows (`true`) or forbids clients to log in through a connection; false without such a connection.
    ///
    /// # Errors
    /// The store fails.
    pub async fn set_connection_clients(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        clients: &[(ClientId, bool)],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        todo!("{tenant} {id} {clients:?} {now}")
    }

    /// Removes a connection and its users; false without such a connection.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remove_connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<bool, StoreError> {
        todo!("{tenant} {id}")
    }
}
