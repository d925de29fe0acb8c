//! A signing key as it is published.

use std::{ops::Deref, sync::OnceLock};

use trickle_engine::{Certificate, KeyError, SigningKeyPair};
use trickle_store::SigningKey;

/// A tenant's key, parsed; its certificate is made when it is first asked for.
pub(crate) struct PublishedKey {
    pair: SigningKeyPair,
    stored: SigningKey,
    certificate: OnceLock<Certificate>,
}

impl PublishedKey {
    pub(crate) fn read(stored: SigningKey) -> Result<Self, KeyError> {
        Ok(Self {
            pair: SigningKeyPair::from_pkcs8(&stored.private_pkcs8)?,
            stored,
            certificate: OnceLock::new(),
        })
    }

    /// The same under each host name of the tenant.
    pub(crate) fn certificate(&self, tenant_name: &str) -> Result<&Certificate, KeyError> {
        if let Some(made) = self.certificate.get() {
            return Ok(made);
        }
        let made = Certificate::of(&self.stored, tenant_name)?;
        Ok(self.certificate.get_or_init(|| made))
    }
}

impl Deref for PublishedKey {
    type Target = SigningKeyPair;

    fn deref(&self) -> &SigningKeyPair {
        &self.pair
    }
}
