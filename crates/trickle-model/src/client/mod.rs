//! Clients of the APIs.

mod api_client;
mod credential;
mod grant;
mod settings;

pub use api_client::ApiClient;
pub use credential::{ClientCredential, CredentialAlgorithm, UnknownAlgorithm};
pub use grant::{ClientGrant, Grant, GrantHolder, GrantSubject, UnknownGrant};
pub use settings::{
    ClientSettings, ClientSettingsError, JsonKind, OrganizationUsage, RefreshTokenPolicy,
    TokenEndpointAuth,
};
