//! Clients of the APIs.

mod api_client;
mod credential;
mod grant;
mod origins;
mod settings;

pub use api_client::ApiClient;
pub use credential::{ClientCredential, CredentialAlgorithm, UnknownAlgorithm};
pub use grant::{ClientGrant, Grant, GrantHolder, GrantSubject, UnknownGrant};
pub use origins::{ORGANIZATION_MARK, origin_of, origin_part, partial_mark};
pub use settings::{
    ClientSettings, ClientSettingsError, JsonKind, OrganizationUsage, RefreshTokenPolicy,
    TokenEndpointAuth,
};
