//! Clients of the APIs and their public keys.

mod change;
mod credentials;
mod facets;
mod origins;
mod read;
mod row;
mod secret;

pub use change::ClientChange;
use trickle_model::ClientId;

/// Which clients to list.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// Any of these; empty means all.
    pub ids: Vec<ClientId>,
    /// Of any of these kinds (`app_type`); empty means all.
    pub app_types: Vec<String>,
    /// Whether the tenant itself runs them.
    pub is_first_party: Option<bool>,
    /// With this `external_client_id`.
    pub external_id: Option<String>,
    /// With a grant of their own that counts for organizations.
    pub granted: Option<GrantedFor>,
}

/// For which organizations a client has a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantedFor {
    /// For the one of this id, by name.
    Organization(String),
    /// For every one, or not.
    Any(bool),
}
