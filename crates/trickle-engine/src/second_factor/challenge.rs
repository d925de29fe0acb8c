//! `mfa_token`: a password was right, and a second factor is to come.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use trickle_model::{ClientId, ConnectionId, EventCode, Secret, TenantId, User};
use trickle_store::{LoginBasis, OneTimePurpose, OneTimeToken, TakeOneTime};

use crate::{
    Authorization, Caller, Engine, EngineError,
    grants::{from_map, to_map},
    opaque::{new_token, token_hash},
};

/// As existing clients expect it.
const CHALLENGE_LIVES: SignedDuration = SignedDuration::from_mins(10);

/// What goes on after the second factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MfaChallenge {
    /// Whose login it is.
    pub client: ClientId,
    /// Through which connection.
    pub connection: ConnectionId,
    /// What the tokens will be for.
    pub authorization: Authorization,
}

impl Engine {
    /// Asks for a second factor: gives the token to come back with, and writes the log. None, and no log, where the basis of the login
    /// holds no longer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn challenge(
        &self,
        user: &User,
        challenge: &MfaChallenge,
        by: &LoginBasis,
        caller: &Caller,
    ) -> Result<Option<Secret>, EngineError> {
        let token = new_token();
        let stored = OneTimeToken {
            id: token_hash(token.expose()),
            tenant: user.tenant.clone(),
            purpose: OneTimePurpose::SecondFactor,
            user: user.id.clone(),
            by: by.clone(),
            details: to_map(challenge),
            expires_at: self.parts.clock.now() + CHALLENGE_LIVES,
        };
        let added = self.parts.store.add_one_time(&stored).await;
        if !added.map_err(EngineError::store("add the challenge"))? {
            return Ok(None);
        }
        let (code, text) = (
            EventCode::SecondFactorRequired,
            "Multifactor authentication required",
        );
        self.log_factor(user, code, text, caller).await;
        Ok(Some(token))
    }

    /// For whom a token of this client is, what goes on, and on what the login rests, if it works still. It stays: a wrong password may
    /// be followed by a right one.
    ///
    /// # Errors
    /// The store failed.
    pub async fn open_challenge(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        token: &str,
    ) -> Result<Option<(User, MfaChallenge, LoginBasis)>, EngineError> {
        let found = self.any_challenge(tenant, token).await?;
        Ok(found.filter(|(_, challenge, _)| challenge.client == *client))
    }

    /// The same of any client: for endpoints where the token is all that is shown.
    ///
    /// # Errors
    /// The store failed.
    pub async fn any_challenge(
        &self,
        tenant: &TenantId,
        token: &str,
    ) -> Result<Option<(User, MfaChallenge, LoginBasis)>, EngineError> {
        let store = &self.parts.store;
        let (id, now) = (token_hash(token), self.parts.clock.now());
        let found = store.one_time(tenant, &id, OneTimePurpose::SecondFactor, now);
        let found = found
            .await
            .map_err(EngineError::store("find the challenge"))?;
        let Some(found) = found else {
            return Ok(None);
        };
        let challenge: MfaChallenge = from_map(found.details)?;
        let user = store.user(tenant, &found.user).await;
        let user = user.map_err(EngineError::store("read the user of the challenge"))?;
        let user = user.filter(|user| !user.blocked);
        Ok(user.map(|user| (user, challenge, found.by)))
    }

    /// Uses a token up, once the second factor was right; false when somebody else did.
    ///
    /// # Errors
    /// The store failed.
    pub async fn close_challenge(
        &self,
        tenant: &TenantId,
        token: &str,
    ) -> Result<bool, EngineError> {
        let (id, now) = (token_hash(token), self.parts.clock.now());
        let purpose = OneTimePurpose::SecondFactor;
        let taken = self.parts.store.take_one_time(tenant, &id, purpose, now);
        let taken = taken
            .await
            .map_err(EngineError::store("use the challenge up"))?;
        Ok(matches!(taken, TakeOneTime::Taken(_)))
    }
}
