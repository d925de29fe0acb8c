//! What the native store keeps of a person.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{ConnectionId, Profile, TenantId, UserId};

/// A user of a connection.
#[derive(Clone, Debug)]
pub struct User {
    /// Unique within the tenant.
    pub id: UserId,
    /// The tenant.
    pub tenant: TenantId,
    /// The connection through which the user came.
    pub connection: ConnectionId,
    /// Lower-cased with import on, as the script gave it with import off.
    pub email: Option<String>,
    /// Whether the address was proven.
    pub email_verified: bool,
    /// Lower-cased.
    pub username: Option<String>,
    /// Whether an administrator shut the user out.
    pub blocked: bool,
    /// All other root fields: `name`, `nickname`, `picture`, `given_name`, and what the script returned besides.
    pub attributes: Map<String, Value>,
    /// Editable by the user.
    pub user_metadata: Map<String, Value>,
    /// Editable by administrators.
    pub app_metadata: Map<String, Value>,
    /// When the user was made here.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// Last login that succeeded.
    pub last_login: Option<Timestamp>,
    /// Address of that login.
    pub last_ip: Option<String>,
    /// Logins that succeeded.
    pub logins_count: u64,
    /// When the password last changed.
    pub last_password_reset: Option<Timestamp>,
}

/// A user to be stored.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The tenant.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// What is known of the user.
    pub profile: Profile,
}
