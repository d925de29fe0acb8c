#![doc = include_str!("../README.md")]

mod clients;
mod column;
mod connections;
mod dialect;
mod error;
mod events;
mod filter;
mod key_check;
mod master_key;
mod open;
mod page;
mod schema;
mod signing_keys;
mod store;
mod tenants;
mod users;
mod vault;

pub use connections::{
    AddConnectionError, ConfigurationInput, ConnectionChange, ConnectionFilter, NewConnection,
    STRATEGY,
};
pub use error::{DatabaseFailure, StoreError};
pub use master_key::{MasterKey, MasterKeyError};
pub use open::{Database, OpenError};
pub use page::{Listed, Page};
pub use signing_keys::{SecretBytes, SigningKey};
pub use store::Store;
pub use tenants::{AddTenantError, NewTenant, Tenant};
pub use users::{
    AddUser, ExistingUser, RefreshProfile, Sort, SortField, StoredUser, TakenKey, UserFilter,
};
