use jiff::Timestamp;

use crate::{ClientId, ClientSettings, Grant, TenantId};

/// An application or a tool that asks for tokens.
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// Its `client_id`.
    pub id: ClientId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Shown to people.
    pub name: String,
    /// SHA-256 of the secret; the secret itself is shown once and not kept.
    pub secret_sha256: [u8; 32],
    /// Values of `grant_type` that it may ask for; also those that are not served here.
    pub grant_types: Vec<String>,
    /// Everything else that it says of itself.
    pub settings: ClientSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ApiClient {
    /// Whether the client may use a grant.
    pub fn allows(&self, grant: Grant) -> bool {
        self.grant_types
            .iter()
            .any(|allowed| allowed == grant.as_str())
    }
}
