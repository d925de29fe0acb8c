//! One signing key after another.

use std::sync::Arc;

use trickle_model::TenantId;
use trickle_store::SigningKey;

use crate::{Engine, EngineError, provision::new_key};

/// Where a key is in its life. All but a revoked one are published and accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs after the next rotation; published, so that nobody is surprised by it.
    Next,
    /// It signs.
    Current,
    /// It signed before: tokens of that time are still about.
    Previous,
    /// What it signed is not accepted any more.
    Revoked,
}

/// A key of a tenant.
#[derive(Clone, Debug)]
pub struct ListedKey {
    /// As it is stored.
    pub key: SigningKey,
    /// Where it is in its life.
    pub state: KeyState,
}

/// What became of a key to be revoked.
#[derive(Clone, Debug)]
pub enum RevokeKey {
    /// It is.
    Revoked(Box<ListedKey>),
    /// It signs, or will: rotate first.
    InUse,
    /// There is no such key.
    Unknown,
}

impl KeyState {
    /// The state of a stored key.
    pub const fn of(key: &SigningKey) -> Self {
        if key.revoked_at.is_some() {
            Self::Revoked
        } else if key.retired_at.is_some() {
            Self::Previous
        } else if key.active_from.is_some() {
            Self::Current
        } else {
            Self::Next
        }
    }
}

impl Engine {
    /// The keys of a tenant: current, next, previous ones, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn signing_keys(&self, tenant: &TenantId) -> Result<Vec<ListedKey>, EngineError> {
        let keys = self.parts.store.signing_keys(tenant).await;
        let keys = keys.map_err(EngineError::store("list the signing keys"))?;
        let listed = keys.into_iter().map(|key| ListedKey {
            state: KeyState::of(&key),
            key,
        });
        Ok(listed.collect())
    }

    /// Lets the next key sign. A tenant's first rotation has none that was published before; from then on there always is one.
    /// Gives the key that signs now; none where somebody else rotated at the same moment, or the tenant has no key.
    ///
    /// # Errors
    /// The store failed, or no key can be made.
    pub async fn rotate_signing_keys(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<ListedKey>, EngineError> {
        let Some(_rotation) = self.rotations.begin(tenant) else {
            return Ok(None);
        };
        let keys = self.signing_keys(tenant).await?;
        let of = |state| keys.iter().find(|listed| listed.state == state);
        let Some(current) = of(KeyState::Current) else {
            return Ok(None);
        };
        let now = self.parts.clock.now();
        let fresh = async || {
            let made = new_key(now).await;
            made.map_err(|error| EngineError::Key(Arc::new(error)))
        };
        let to_come = SigningKey {
            active_from: None,
            ..fresh().await?
        };
        let next = of(KeyState::Next).map(|listed| listed.key.kid.as_str());
        let mut spares = vec![to_come];
        if next.is_none() {
            spares.push(fresh().await?);
        }
        let store = &self.parts.store;
        let rotated = store
            .rotate_signing_keys(tenant, &current.key.kid, next, &spares, now)
            .await;
        if !rotated.map_err(EngineError::store("rotate the signing keys"))? {
            return Ok(None);
        }
        let keys = self.signing_keys(tenant).await?;
        let mut keys = keys.into_iter();
        Ok(keys.find(|listed| listed.state == KeyState::Current))
    }

    /// Ends a key that does not sign any more: tokens that it signed are not accepted from now on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn revoke_signing_key(
        &self,
        tenant: &TenantId,
        kid: &str,
    ) -> Result<RevokeKey, EngineError> {
        let now = self.parts.clock.now();
        let revoked = self.parts.store.revoke_signing_key(tenant, kid, now).await;
        let revoked = revoked.map_err(EngineError::store("revoke the signing key"))?;
        let keys = self.signing_keys(tenant).await?;
        let found = keys.into_iter().find(|listed| listed.key.kid == kid);
        Ok(match found {
            None => RevokeKey::Unknown,
            Some(listed) if revoked => RevokeKey::Revoked(Box::new(listed)),
            Some(_) => RevokeKey::InUse,
        })
    }
}
