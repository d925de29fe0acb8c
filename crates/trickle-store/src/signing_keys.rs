//! Keys that sign tokens, sealed at rest.

use jiff::Timestamp;
use trickle_model::TenantId;
use zeroize::Zeroizing;

use crate::{Store, StoreError};

/// A key that signs the tokens of a tenant.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: String,
    /// The private key, PKCS #8 DER.
    pub private_pkcs8: SecretBytes,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Secret bytes: wiped on drop, hidden by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

impl Store {
    /// Adds a signing key.
    ///
    /// # Errors
    /// The tenant is unknown, the name is taken, or the store fails.
    pub async fn add_signing_key(
        &self,
        tenant: &TenantId,
        key: &SigningKey,
    ) -> Result<(), StoreError> {
        todo!("{tenant} {key:?}")
    }

    /// The signing keys of a tenant, newest first.
    ///
    /// # Errors
    /// The store fails, or a key cannot be opened.
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<SigningKey>, StoreError> {
        todo!("{tenant}")
    }
}
