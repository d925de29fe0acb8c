//! Import off: the legacy store checks every password, the native store caches profiles.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::{sync::oneshot, time::Instant};
use trickle_model::{NewUser, Profile, User, UserId};
use trickle_password::{Password, PasswordHash, PoolVerifyError, Verdict};
use trickle_store::{AddUser, ExistingUser, LoginBasis, RefreshProfile, StoredUser, TakenKey};

use super::{
    Decision, LoginOutcome, LoginRequest,
    attempt::Attempt,
    importing::{checked_profile, follows, vouched_for},
};
use crate::{Engine, EngineError, execution::Execution, profile};

/// What is known before the script runs.
struct Before {
    at: Timestamp,
    /// Who has the identifier, if the person is here under it.
    known: Option<StoredUser>,
}

impl Before {
    fn knew(&self, id: &UserId) -> Option<&StoredUser> {
        self.known.as_ref().filter(|known| known.user.id == *id)
    }

    /// On what the login of somebody rests who is here after the run; nothing where the password changed during it.
    fn basis_of(&self, stored: &StoredUser) -> Option<LoginBasis> {
        if let Some(known) = self.knew(&stored.user.id) {
            return Some(known.basis());
        }
        // Of somebody who was not known by this identifier nothing else says so.
        let changed = stored.user.last_password_reset;
        let is_new = changed.is_some_and(|changed| changed > self.at);
        (!is_new).then(|| stored.basis())
    }
}

impl Engine {
    pub(super) async fn login_proxied(
        &self,
        attempt: Arc<Attempt>,
    ) -> Result<LoginOutcome, EngineError> {
        let (sender, decided) = oneshot::channel();
        let engine = self.clone();
        self.spawn(async move {
            let result = engine.ask_proxied(&attempt).await;
            if let Ok(decision) = &result {
                engine.conclude(&attempt, decision, false).await;
            }
            // The caller may have gone.
            drop(sender.send(result));
        });
        let decision = decided.await.map_err(|_| EngineError::Interrupted)??;
        Ok(decision.outcome)
    }

    async fn ask_proxied(&self, attempt: &Attempt) -> Result<Decision, EngineError> {
        match self.refusals.recent(attempt.tag) {
            Some(refusal) => Ok(refusal),
            None => self.ask_proxied_anew(attempt).await,
        }
    }

    /// Whether a user who was made in the legacy store just now can log in; the profile is cached.
    pub(crate) async fn confirm_creation(
        &self,
        request: LoginRequest,
    ) -> Result<Decision, EngineError> {
        self.ask_proxied_anew(&self.attempt(request)).await
    }

    async fn ask_proxied_anew(&self, attempt: &Attempt) -> Result<Decision, EngineError> {
        let before = Before {
            at: self.parts.clock.now(),
            known: self.lookup(attempt).await?,
        };
        let began = Instant::now();
        let execution = self.run_login(attempt).await;
        let profile = match checked_profile(attempt, &execution) {
            Ok(profile) => profile::cached(profile, &attempt.connection().options),
            Err(decision) => {
                self.note_refusal(attempt, &decision, began);
                return Ok(*decision);
            }
        };
        let decision = if profile.blocked {
            // The legacy store's word, for as long as it says so; the native flag is the administrators'.
            Decision::blocked(UserId::from_raw(&profile.id))
        } else {
            self.cache(attempt, before, profile, &execution).await?
        };
        Ok(decision.with(execution))
    }

    async fn cache(
        &self,
        attempt: &Attempt,
        before: Before,
        profile: Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let connection = attempt.connection();
        let id = UserId::from_raw(&profile.id);
        let new = NewUser {
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            profile,
        };
        let store = &self.parts.store;
        if let Some(stored) = self.cached(attempt, &id).await? {
            return self
                .refresh(attempt, stored, &before, &new.profile, execution)
                .await;
        }
        if before.knew(&id).is_some() {
            // Removed while the script ran.
            return Ok(Decision::busy());
        }
        if self.is_buried(attempt, &new.profile.id).await? {
            return Ok(Decision::buried(id));
        }
        let added = store
            .add_user(&new, None, None, self.parts.clock.now())
            .await
            .map_err(EngineError::store("cache the user"))?;
        match added {
            AddUser::Added(user) => {
                let basis = LoginBasis::of_new(&user);
                Ok(vouched_for(user, execution).by(basis))
            }
            AddUser::Exists(existing) if existing.by == TakenKey::Id => {
                // Another login of this person was faster.
                match self.cached(attempt, &id).await? {
                    Some(stored) => {
                        self.refresh(attempt, stored, &before, &new.profile, execution)
                            .await
                    }
                    None => Ok(Decision::conflict(id, existing)),
                }
            }
            AddUser::Exists(existing) => Ok(Decision::conflict(id, existing)),
        }
    }

    async fn cached(
        &self,
        attempt: &Attempt,
        id: &UserId,
    ) -> Result<Option<StoredUser>, EngineError> {
        let tenant = &attempt.connection().tenant;
        let stored = self.parts.store.stored_user(tenant, id).await;
        stored.map_err(EngineError::store("read the cached user"))
    }

    /// The legacy store is in charge and has just taken this password. A native one from a time when import was on, if it is
    /// another, must not come back when import is turned on again.
    async fn forget_other_password(
        &self,
        attempt: &Attempt,
        user: &User,
    ) -> Result<(), EngineError> {
        let store = &self.parts.store;
        let stored = store.password_of(&user.tenant, &user.id).await;
        let Some(hash) = stored.map_err(EngineError::store("read the native password"))? else {
            return Ok(());
        };
        let typed = Password::from(attempt.request.password.expose());
        let parsed = PasswordHash::from(hash.expose());
        match self.parts.passwords.verify(&typed, &parsed).await {
            Ok(Verdict::Match | Verdict::NeedsRehash) | Err(PoolVerifyError::Overloaded(_)) => {
                Ok(())
            }
            Ok(Verdict::Mismatch) | Err(PoolVerifyError::Unverifiable(_)) => {
                let dropped = store.drop_password(&user.tenant, &user.id, &hash).await;
                dropped
                    .map(drop)
                    .map_err(EngineError::store("drop the native password"))
            }
        }
    }

    async fn refresh(
        &self,
        attempt: &Attempt,
        mut stored: StoredUser,
        before: &Before,
        profile: &Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let Some(basis) = before.basis_of(&stored) else {
            return Ok(Decision::busy());
        };
        if stored.user.connection == attempt.connection().id && stored.password.is_some() {
            self.forget_other_password(attempt, &stored.user).await?;
            // Comparing takes its time: whoever was blocked or linked meanwhile is so.
            let Some(present) = self.cached(attempt, &stored.user.id).await? else {
                return Ok(Decision::busy());
            };
            stored = present;
        }
        let decision = self
            .refresh_own(attempt, &stored, profile, execution)
            .await?;
        self.follow(attempt, decision, &stored, basis).await
    }

    /// The same without a look at whom the user is linked to.
    async fn refresh_own(
        &self,
        attempt: &Attempt,
        stored: &StoredUser,
        profile: &Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let connection = attempt.connection();
        let user = &stored.user;
        if user.connection != connection.id {
            let existing = ExistingUser {
                id: user.id.clone(),
                by: TakenKey::Id,
            };
            return Ok(Decision::conflict(user.id.clone(), existing));
        }
        if user.blocked || !follows(&connection.options) {
            return Ok(vouched_for(user.clone(), execution));
        }
        let refreshed = self
            .parts
            .store
            .refresh_profile(
                &connection.tenant,
                &user.id,
                profile,
                self.parts.clock.now(),
            )
            .await
            .map_err(EngineError::store("refresh the cached user"))?;
        Ok(match refreshed {
            RefreshProfile::Refreshed(mut user) => {
                self.keep_factors(&user, profile).await?;
                // The other's block counts.
                user.blocked &= stored.linked_to.is_none();
                vouched_for(user, execution)
            }
            RefreshProfile::Taken(existing) => Decision::conflict(user.id.clone(), existing),
            // Removed meanwhile: the next login caches the person anew. What would be too large is left out.
            RefreshProfile::Gone | RefreshProfile::TooLarge(_) => Decision::busy(),
        })
    }
}
