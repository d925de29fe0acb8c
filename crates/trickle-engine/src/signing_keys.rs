//! One signing key after another.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use trickle_model::TenantId;
use trickle_store::{ClientFilter, Page, SigningKey};

use crate::{Engine, EngineError, provision::new_key};

/// Longest life of an access token in seconds: 30 days.
pub const LONGEST_ACCESS_TOKEN_SECONDS: i64 = 2_592_000;

/// Most keys that do not sign any more and whose tokens may be about: each login reads them.
pub const PREVIOUS_KEYS_MOST: usize = 100;

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

/// What became of a rotation.
#[derive(Clone, Debug)]
pub enum RotateKeys {
    /// This key signs from now on.
    Rotated(Box<ListedKey>),
    /// Somebody else rotated at the same moment, or the tenant has no key.
    Overtaken,
    /// Nothing changed: there are [`PREVIOUS_KEYS_MOST`].
    TooMany,
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

    /// Lets the next key sign. A tenant's first rotation has none that was published before; from then on there always is one. Keys by
    /// which no token is accepted any more go, but for the newest.
    ///
    /// # Errors
    /// The store failed, or no key can be made.
    pub async fn rotate_signing_keys(&self, tenant: &TenantId) -> Result<RotateKeys, EngineError> {
        let Some(_rotation) = self.rotations.begin(tenant) else {
            return Ok(RotateKeys::Overtaken);
        };
        let keys = self.signing_keys(tenant).await?;
        let of = |state| keys.iter().find(|listed| listed.state == state);
        let Some(current) = of(KeyState::Current) else {
            return Ok(RotateKeys::Overtaken);
        };
        let now = self.parts.clock.now();
        let expired_before = self.expired_before(tenant, now).await?;
        let previous = keys.iter().filter(|listed| {
            let retired_at = listed.key.retired_at;
            listed.state == KeyState::Previous && retired_at.is_some_and(|at| at >= expired_before)
        });
        if previous.count() >= PREVIOUS_KEYS_MOST {
            return Ok(RotateKeys::TooMany);
        }
        let store = &self.parts.store;
        let forgotten = store.forget_signing_keys(tenant, expired_before).await;
        forgotten.map_err(EngineError::store("forget old signing keys"))?;
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
        let rotated = store
            .rotate_signing_keys(tenant, &current.key.kid, next, &spares, now)
            .await;
        if !rotated.map_err(EngineError::store("rotate the signing keys"))? {
            return Ok(RotateKeys::Overtaken);
        }
        let mut keys = self.signing_keys(tenant).await?.into_iter();
        let current = keys.find(|listed| listed.state == KeyState::Current);
        Ok(current.map_or(RotateKeys::Overtaken, |listed| {
            RotateKeys::Rotated(Box::new(listed))
        }))
    }

    /// What was signed before then has expired: access tokens, and ID tokens, which live as long as their clients say.
    async fn expired_before(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Timestamp, EngineError> {
        let store = &self.parts.store;
        let clients = store
            .list_clients(tenant, &ClientFilter::default(), Page::ALL)
            .await;
        let clients = clients.map_err(EngineError::store("list the clients"))?;
        let of_ids = clients.items.iter().map(|client| {
            let lifetime = client.settings.id_token_lifetime();
            i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)
        });
        let longest = of_ids.fold(LONGEST_ACCESS_TOKEN_SECONDS, i64::max);
        let then = now.checked_sub(SignedDuration::from_secs(longest));
        Ok(then.unwrap_or(Timestamp::MIN))
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
