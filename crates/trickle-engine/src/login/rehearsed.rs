//! First logins of a dry run: decided as an import decides them, and nothing is written.

use std::sync::Arc;

use serde_json::{Map, Value};
use trickle_model::{Profile, SecondFactor, User, UserId};
use trickle_store::{ExistingUser, LoginBasis, StoredUser, TakenKey};

use super::{
    Decision, How, LoginOutcome,
    attempt::Attempt,
    importing::{follows, recognised},
};
use crate::{Engine, EngineError, execution::Execution};

/// A first login of a dry run.
pub(crate) struct Rehearsed {
    pub(crate) decision: Decision,
    /// What an import would have come to: `migrated`, `conflict` or `blocked`; nothing where the user is native already.
    pub(crate) would: Option<&'static str>,
}

impl Engine {
    /// Decides a login that the legacy store has taken: whom an import would refuse is refused, and the others are let in.
    pub(crate) async fn decide_rehearsed(
        &self,
        attempt: &Attempt,
        profile: Profile,
        execution: &Arc<Execution>,
        known: Option<LoginBasis>,
    ) -> Result<Rehearsed, EngineError> {
        let decision = match self.here(attempt, &profile).await? {
            Some(stored) if stored.password.is_some() => {
                let decision = self.verify_native(attempt, stored).await?;
                return Ok(Rehearsed {
                    decision,
                    would: None,
                });
            }
            Some(stored) => {
                // As it was before the script ran, unless the legacy store knows the person by another identifier.
                let known = known.filter(|known| known.user == stored.user.id);
                let basis = known.unwrap_or_else(|| stored.basis());
                self.decide_cached(attempt, stored, &profile, execution)
                    .await?
                    .by(Some(basis))
            }
            None => self.decide_unknown(attempt, profile, execution).await?,
        };
        let would = match &decision.outcome {
            LoginOutcome::Conflict(_) => "conflict",
            LoginOutcome::Blocked => "blocked",
            _ => "migrated",
        };
        Ok(Rehearsed {
            decision,
            would: Some(would),
        })
    }

    /// The user of the connection whom an import would meet. Read after the run: much may have happened during it.
    async fn here(
        &self,
        attempt: &Attempt,
        profile: &Profile,
    ) -> Result<Option<StoredUser>, EngineError> {
        if let Some(stored) = self.lookup(attempt).await? {
            return Ok(Some(stored));
        }
        let connection = attempt.connection();
        let id = UserId::from_raw(&profile.id);
        let stored = self.parts.store.stored_user(&connection.tenant, &id).await;
        let stored = stored.map_err(EngineError::store("look for somebody with the id"))?;
        // The same id in another connection is another person.
        Ok(stored.filter(|stored| stored.user.connection == connection.id))
    }

    /// Somebody who has a user, to whom a session can belong.
    async fn decide_cached(
        &self,
        attempt: &Attempt,
        stored: StoredUser,
        profile: &Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let StoredUser {
            user, linked_to, ..
        } = stored;
        let own = user.id.clone();
        let decision = self
            .decide_cached_own(attempt, user, profile, execution)
            .await?;
        // Second factors of one who is linked sleep.
        if linked_to.is_none()
            && brings_otp(profile)
            && let LoginOutcome::Authenticated { user, .. } = &decision.outcome
            && !self.needs_second_factor(user).await?
        {
            return Ok(Decision::second_factor_not_kept(own));
        }
        self.follow(attempt, decision, &own, linked_to.as_ref())
            .await
    }

    /// The same without a look at whom the user is linked to.
    async fn decide_cached_own(
        &self,
        attempt: &Attempt,
        user: User,
        profile: &Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let options = &attempt.connection().options;
        let known = self.known_as(options, &user, profile).await?;
        let decision = recognised(user, &known, execution);
        let LoginOutcome::Authenticated { user, .. } = &decision.outcome else {
            return Ok(decision);
        };
        if !follows(options) {
            return Ok(decision);
        }
        let holders = self.holders(attempt, &known, Some(user)).await?;
        let other = holders.into_iter().find(|holder| holder.by != TakenKey::Id);
        Ok(match other {
            Some(existing) => Decision::conflict(user.id.clone(), existing),
            None => {
                let user = refreshed(user, known.into_owned());
                Decision::authenticated(user, How::Legacy, Some(Arc::clone(execution)))
            }
        })
    }

    /// Somebody who has no user: an id or another key of one is a conflict.
    async fn decide_unknown(
        &self,
        attempt: &Attempt,
        profile: Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let id = UserId::from_raw(&profile.id);
        let holders = self.holders(attempt, &profile, None).await?;
        if let Some(existing) = holders.into_iter().next() {
            return Ok(Decision::conflict(id, existing));
        }
        if profile.blocked {
            return Ok(Decision::blocked(id));
        }
        if brings_otp(&profile) {
            return Ok(Decision::second_factor_not_kept(id));
        }
        let (connection, now) = (attempt.connection(), self.parts.clock.now());
        let user = User {
            id,
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            email: profile.email,
            email_verified: profile.email_verified,
            username: profile.username,
            blocked: false,
            attributes: profile.attributes,
            user_metadata: profile.user_metadata,
            app_metadata: profile.app_metadata,
            created_at: now,
            updated_at: now,
            last_login: None,
            last_ip: None,
            logins_count: 0,
            last_password_reset: None,
        };
        let run = Some(Arc::clone(execution));
        Ok(Decision::authenticated(user, How::Rehearsed, run))
    }

    async fn holders(
        &self,
        attempt: &Attempt,
        profile: &Profile,
        old: Option<&User>,
    ) -> Result<Vec<ExistingUser>, EngineError> {
        let (tenant, connection) = (&attempt.connection().tenant, &attempt.connection().id);
        let store = &self.parts.store;
        let holders = store.key_holders(tenant, connection, profile, old).await;
        holders.map_err(EngineError::store("look for somebody in the way"))
    }
}

/// Whether an import would have a one-time password asked for.
fn brings_otp(profile: &Profile) -> bool {
    let mut factors = profile.second_factors.iter();
    factors.any(|factor| matches!(factor, SecondFactor::Totp(_)))
}

/// The user with the profile of this login, as an import would keep it.
fn refreshed(user: &User, profile: Profile) -> User {
    let merged = |stored: &Map<String, Value>, given: Map<String, Value>| {
        let mut all = stored.clone();
        all.extend(given);
        all
    };
    User {
        email: profile.email,
        email_verified: profile.email_verified,
        username: profile.username,
        attributes: profile.attributes,
        user_metadata: merged(&user.user_metadata, profile.user_metadata),
        app_metadata: merged(&user.app_metadata, profile.app_metadata),
        ..user.clone()
    }
}
