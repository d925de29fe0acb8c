//! Texts that only this install can read and make, for callers who keep them elsewhere.

use trickle_model::TenantId;

use crate::Store;

impl Store {
    /// Seals a text for a tenant and a purpose; it opens for the same tenant and purpose only.
    pub fn seal_text(&self, tenant: &TenantId, purpose: &str, clear: &str) -> String {
        let place = ["sealed", tenant.as_str(), purpose];
        self.vault.seal(clear.as_bytes(), &place)
    }

    /// Opens such a text; none where it was not made here for this.
    pub fn open_text(&self, tenant: &TenantId, purpose: &str, sealed: &str) -> Option<String> {
        let place = ["sealed", tenant.as_str(), purpose];
        let clear = self.vault.unseal_text(sealed, &place).ok()?;
        Some(clear.as_str().to_owned())
    }
}
