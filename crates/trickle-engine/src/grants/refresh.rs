//! Refresh tokens (RFC 6749 §6, RFC 9700 §4.14).

use jiff::{SignedDuration, Timestamp};
use trickle_model::{ClientId, Secret, TenantId, User, UserId};
use trickle_store::{LoginBasis, RefreshFamily, RefreshToken, RefreshUse, UseRefresh};

use super::{
    Authorization,
    authorization::{from_map, to_map},
};
use crate::{
    Engine, EngineError,
    opaque::{new_token, token_hash},
};

/// "For ever": so long that nobody sees its end.
const FOR_EVER: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

/// What becomes of a client's refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshRules {
    /// Each exchange gives a new token and ends the old one.
    pub rotates: bool,
    /// How long the old one is still accepted after that.
    pub leeway: SignedDuration,
    /// How long a family of tokens lives; none for ever.
    pub lifetime: Option<SignedDuration>,
    /// How long a token lives without being used; none for ever.
    pub idle_lifetime: Option<SignedDuration>,
}

impl RefreshRules {
    fn idle_end(&self, now: Timestamp, family_ends: Timestamp) -> Timestamp {
        let idle = now + self.idle_lifetime.unwrap_or(FOR_EVER);
        idle.min(family_ends)
    }
}

/// What became of a refresh token.
#[derive(Clone, Debug)]
pub enum ExchangeRefresh {
    /// Good for other tokens.
    Exchanged {
        /// For whom.
        user: Box<User>,
        /// What the tokens are for.
        authorization: Authorization,
        /// The token that takes its place, where tokens rotate.
        next: Option<Secret>,
    },
    /// It had been exchanged before: no token of its family works any more.
    Reused {
        /// Whose it is.
        user: UserId,
    },
    /// Unknown, expired, revoked, or another client's; or its user may not log in any more.
    Invalid,
}

/// Whose first refresh token it is.
#[derive(Clone, Debug)]
pub struct NewRefresh<'a> {
    /// The tenant.
    pub tenant: &'a TenantId,
    /// Who gets it.
    pub client: &'a ClientId,
    /// For whom.
    pub user: &'a UserId,
    /// Id of the authorization code that it comes from.
    pub origin: Option<String>,
    /// What tokens will be for.
    pub authorization: &'a Authorization,
    /// On what the login rests.
    pub by: &'a LoginBasis,
}

impl Engine {
    /// Begins a family of refresh tokens. Gives the first; only its hash is kept. None where the basis of the login holds no longer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn begin_refresh(
        &self,
        new: NewRefresh<'_>,
        rules: &RefreshRules,
    ) -> Result<Option<Secret>, EngineError> {
        let now = self.parts.clock.now();
        let token = new_token();
        let expires_at = now + rules.lifetime.unwrap_or(FOR_EVER);
        let family = RefreshFamily {
            id: token_hash(new_token().expose()),
            tenant: new.tenant.clone(),
            client: new.client.clone(),
            user: new.user.clone(),
            origin: new.origin,
            details: to_map(new.authorization),
            created_at: now,
            expires_at,
        };
        let first = RefreshToken {
            id: token_hash(token.expose()),
            idle_expires_at: rules.idle_end(now, expires_at),
        };
        let store = &self.parts.store;
        let added = store.add_refresh_family(&family, &first, new.by).await;
        let added = added.map_err(EngineError::store("add the refresh token"))?;
        Ok(added.then_some(token))
    }

    /// Exchanges a refresh token of this client.
    ///
    /// # Errors
    /// The store failed.
    pub async fn exchange_refresh(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        token: &str,
        rules: &RefreshRules,
    ) -> Result<ExchangeRefresh, EngineError> {
        let store = &self.parts.store;
        let id = token_hash(token);
        let family = self.family_of(tenant, client, &id).await?;
        let Some(family) = family else {
            return Ok(ExchangeRefresh::Invalid);
        };
        let user = store.user(tenant, &family.user).await;
        let user = user.map_err(EngineError::store("read the user of the refresh token"))?;
        let Some(user) = user.filter(|user| !user.blocked) else {
            return Ok(ExchangeRefresh::Invalid);
        };
        let now = self.parts.clock.now();
        let idle_expires_at = rules.idle_end(now, family.expires_at);
        let next = rules.rotates.then(new_token);
        let how = match &next {
            Some(next) => RefreshUse::Rotate {
                next: RefreshToken {
                    id: token_hash(next.expose()),
                    idle_expires_at,
                },
                leeway: rules.leeway,
            },
            None => RefreshUse::Keep { idle_expires_at },
        };
        let used = store.use_refresh_token(tenant, &id, &how, now).await;
        match used.map_err(EngineError::store("use the refresh token"))? {
            UseRefresh::Used(family) => Ok(ExchangeRefresh::Exchanged {
                authorization: from_map(family.details)?,
                user: Box::new(user),
                next,
            }),
            UseRefresh::Reused(family) => Ok(ExchangeRefresh::Reused { user: family.user }),
            UseRefresh::Unknown => Ok(ExchangeRefresh::Invalid),
        }
    }

    /// Ends a refresh token of this client with all of its family; none of another client. Gives whose it was.
    ///
    /// # Errors
    /// The store failed.
    pub async fn revoke_refresh(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        token: &str,
    ) -> Result<Option<UserId>, EngineError> {
        let family = self.family_of(tenant, client, &token_hash(token)).await?;
        let Some(family) = family else {
            return Ok(None);
        };
        let ended = self
            .parts
            .store
            .end_refresh_family(tenant, &family.id)
            .await;
        ended.map_err(EngineError::store("end the refresh tokens"))?;
        Ok(Some(family.user))
    }

    async fn family_of(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        id: &str,
    ) -> Result<Option<RefreshFamily>, EngineError> {
        let family = self.parts.store.refresh_family(tenant, id).await;
        let family = family.map_err(EngineError::store("find the refresh token"))?;
        Ok(family.filter(|family| family.client == *client))
    }
}
