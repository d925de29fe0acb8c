//! Import on: the native store, then once in a user's life the `login` script.

use std::sync::Arc;

use trickle_model::{NewUser, Outcome, Profile, User, UserId};
use trickle_store::{AddUser, ExistingUser, StoredUser, TakenKey};

use super::{Decision, How, LoginOutcome, attempt::Attempt};
use crate::{Engine, EngineError, execution::Execution, profile};

impl Engine {
    /// The whole work of one flight, its log entry included.
    pub(super) async fn first_login(&self, attempt: &Attempt) -> Result<Decision, EngineError> {
        let stored = self.lookup(attempt).await?;
        let (decision, logged) = match stored {
            Some(stored) if stored.password.is_some() => {
                (self.verify_native(attempt, stored).await?, false)
            }
            stored => self.ask_legacy(attempt, stored).await?,
        };
        if !logged {
            self.conclude(attempt, &decision, false).await;
        }
        Ok(decision)
    }

    /// The decision, and whether its log entry is already in the store.
    async fn ask_legacy(
        &self,
        attempt: &Attempt,
        stored: Option<StoredUser>,
    ) -> Result<(Decision, bool), EngineError> {
        let execution = self.run_login(attempt).await;
        let profile = match checked_profile(attempt, &execution) {
            Ok(profile) => profile::native(profile, &attempt.connection().options),
            Err(decision) => {
                // An overloaded node does not work for nothing.
                let decision = match decision.outcome {
                    LoginOutcome::Busy => *decision,
                    _ => self.waste(attempt, *decision).await.with(execution),
                };
                return Ok((decision, false));
            }
        };
        if let Some(stored) = stored {
            // Cached while import was off, or made without a password: the legacy store vouches on.
            let decision = recognised(stored, &profile, &execution).with(execution);
            return Ok((decision, false));
        }
        self.import(attempt, profile, execution).await
    }

    async fn import(
        &self,
        attempt: &Attempt,
        profile: Profile,
        execution: Arc<Execution>,
    ) -> Result<(Decision, bool), EngineError> {
        let Some(hash) = self.hash(&attempt.request.password).await else {
            return Ok((Decision::busy().with(execution), false));
        };
        let connection = attempt.connection();
        let id = UserId::from_raw(&profile.id);
        let blocked = profile.blocked;
        let new = NewUser {
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            profile,
        };
        let now = self.parts.clock.now();
        let event = attempt.import_event(self.event_id(now), &id, blocked, &execution, now);
        let added = self
            .parts
            .store
            .add_user(&new, Some(&hash), Some(&event), now)
            .await
            .map_err(EngineError::store("import the user"))?;
        match added {
            AddUser::Added(user) if user.blocked => {
                Ok((Decision::blocked(user.id).with(execution), true))
            }
            AddUser::Added(user) => {
                self.count_login(attempt, &user.id).await;
                let decision = Decision::authenticated(user, How::Migrated, Some(execution));
                Ok((decision, true))
            }
            AddUser::Exists(existing) => {
                let decision = self.exists(attempt, id, existing, execution).await?;
                Ok((decision, false))
            }
        }
    }

    /// Somebody is there already: the same person, imported meanwhile or known by another identifier, or somebody else.
    async fn exists(
        &self,
        attempt: &Attempt,
        id: UserId,
        existing: ExistingUser,
        execution: Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let connection = attempt.connection();
        if existing.id == id && existing.by == TakenKey::Id {
            let user = self
                .parts
                .store
                .user(&connection.tenant, &id)
                .await
                .map_err(EngineError::store("read the user again"))?
                // The same id in another connection is another person.
                .filter(|user| user.connection == connection.id);
            if let Some(user) = user {
                let decision = match self.with_hash(user).await? {
                    Ok(stored) => self.verify_native(attempt, stored).await?,
                    Err(user) => vouched_for(*user, &execution),
                };
                return Ok(decision.with(execution));
            }
        }
        Ok(Decision::conflict(id, existing).with(execution))
    }

    /// The user with the hash; without it where no identifier leads to one.
    async fn with_hash(&self, user: User) -> Result<Result<StoredUser, Box<User>>, EngineError> {
        let Some(identifier) = user.email.as_ref().or(user.username.as_ref()) else {
            return Ok(Err(Box::new(user)));
        };
        let stored = self
            .parts
            .store
            .find_by_identifier(&user.connection, &identifier.to_lowercase())
            .await
            .map_err(EngineError::store("look up the user again"))?;
        Ok(stored
            .filter(|stored| stored.user.id == user.id && stored.password.is_some())
            .ok_or_else(|| Box::new(user)))
    }
}

/// The profile of a run, or what its absence means.
pub(super) fn checked_profile(
    attempt: &Attempt,
    execution: &Arc<Execution>,
) -> Result<Profile, Box<Decision>> {
    let Outcome::Profile(unverified) = &execution.report.outcome else {
        let decision = Decision::from_failed_run(Arc::clone(execution));
        return Err(Box::new(decision));
    };
    let rule = attempt.connection().options.email_rule();
    unverified.clone().verify(rule).map_err(|error| {
        let decision = Decision::script_failed(Outcome::BadAnswer(error.to_string()));
        Box::new(decision.with(Arc::clone(execution)))
    })
}

fn recognised(stored: StoredUser, profile: &Profile, execution: &Arc<Execution>) -> Decision {
    let id = UserId::from_raw(&profile.id);
    if stored.user.id != id {
        let existing = ExistingUser {
            id: stored.user.id,
            by: TakenKey::Email,
        };
        return Decision::conflict(id, existing);
    }
    if profile.blocked {
        return Decision::blocked(id);
    }
    vouched_for(stored.user, execution)
}

pub(super) fn vouched_for(user: User, execution: &Arc<Execution>) -> Decision {
    if user.blocked {
        return Decision::blocked(user.id);
    }
    Decision::authenticated(user, How::Legacy, Some(Arc::clone(execution)))
}
