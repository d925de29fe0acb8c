//! Import on: the native store, then once in a user's life the `login` script.

use std::{borrow::Cow, sync::Arc};

use tokio::time::Instant;
use trickle_model::{
    Connection, ConnectionOptions, NewUser, Outcome, Profile, ProfileError, User, UserId,
};
use trickle_store::{AddUser, AdoptUser, ExistingUser, LoginBasis, StoredUser, TakenKey};

use super::{Decision, How, LoginOutcome, attempt::Attempt, claim::Turn};
use crate::{Engine, EngineError, execution::Execution, identifiers::phone_of, profile};

impl Engine {
    /// The whole work of one flight, its log entry included.
    pub(super) async fn first_login(&self, attempt: &Attempt) -> Result<Decision, EngineError> {
        let stored = self.lookup(attempt).await?;
        let (decision, logged) = match stored {
            Some(stored) if stored.password.is_some() => {
                (self.decide_native(attempt, &stored).await?, false)
            }
            stored => match self.claim(attempt, stored).await? {
                Turn::Native(stored) => (self.decide_native(attempt, &stored).await?, false),
                Turn::Late => (Decision::busy(), false),
                Turn::Mine(claim, stored) => {
                    let asked = self.ask_legacy(attempt, stored).await;
                    self.release(attempt, claim).await;
                    asked?
                }
            },
        };
        if !logged {
            self.conclude(attempt, &decision, false).await;
        }
        Ok(decision)
    }

    /// By the native store, and where it says no within the drift window by the legacy store.
    async fn decide_native(
        &self,
        attempt: &Attempt,
        stored: &StoredUser,
    ) -> Result<Decision, EngineError> {
        let drifted = self.may_have_drifted(attempt, stored);
        let decision = self.verify_native(attempt, stored).await?;
        match &stored.password {
            Some(old) if drifted && matches!(decision.outcome, LoginOutcome::WrongCredentials) => {
                self.ask_about_drift(attempt, stored, old).await
            }
            _ => Ok(decision),
        }
    }

    /// The decision, and whether its log entry is already in the store.
    async fn ask_legacy(
        &self,
        attempt: &Attempt,
        stored: Option<StoredUser>,
    ) -> Result<(Decision, bool), EngineError> {
        if let Some(refusal) = self.refusals.recent(attempt.tag) {
            return Ok((self.waste(attempt, refusal).await, false));
        }
        let began = Instant::now();
        let execution = self.run_login(attempt).await;
        let profile = match checked_profile(attempt, &execution) {
            Ok(profile) => profile::native(profile, &attempt.connection().options),
            Err(decision) => {
                // An overloaded node does not work for nothing.
                let decision = match decision.outcome {
                    LoginOutcome::Busy => *decision,
                    _ => self.waste(attempt, *decision).await.with(execution),
                };
                self.note_refusal(attempt, &decision, began);
                return Ok((decision, false));
            }
        };
        let imports = attempt.imports();
        let known = stored.as_ref().map(StoredUser::basis);
        if let Some(stored) = stored
            && imports
        {
            let decision = self.adopt(attempt, &stored, &profile, &execution).await?;
            return Ok((decision.with(execution), false));
        }
        if self.is_buried(attempt, &profile.id).await? {
            let decision = Decision::buried(UserId::from_raw(&profile.id));
            return Ok((decision.with(execution), false));
        }
        if !imports {
            let decision = self
                .rehearse_import(attempt, known, profile, execution)
                .await?;
            return Ok((decision, false));
        }
        self.import(attempt, profile, execution).await
    }

    /// Somebody who was cached while import was off, or made without a password: the proven password makes the user native, with
    /// the profile as it is now.
    async fn adopt(
        &self,
        attempt: &Attempt,
        stored: &StoredUser,
        profile: &Profile,
        execution: &Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let (user, basis) = (&stored.user, stored.basis());
        let options = &attempt.connection().options;
        let known = self.known_as(options, user, profile).await?;
        let profile = &*known;
        let decision = recognised(user, profile, execution);
        if !matches!(decision.outcome, LoginOutcome::Authenticated { .. }) {
            return self.follow(attempt, decision, stored, basis).await;
        }
        let hashed = self.hash(&attempt.request.password);
        let Some(hash) = attempt.hashing(hashed).await else {
            return Ok(Decision::busy());
        };
        // First: somebody who is native without them would log in by the password alone.
        self.keep_factors(user, profile).await?;
        let profile = follows(options).then_some(profile);
        let now = self.parts.clock.now();
        let adopted = self
            .parts
            .store
            .adopt_user(&user.tenant, &user.id, profile, &hash, now);
        let adopted = adopted.await;
        match adopted.map_err(EngineError::store("keep the proven password"))? {
            AdoptUser::Adopted(adopted) => {
                let user = adopted.user.clone();
                let decision = if user.blocked {
                    // While the script ran.
                    Decision::blocked(user.id)
                } else {
                    Decision::authenticated(user, How::Migrated, Some(Arc::clone(execution)))
                };
                self.follow(attempt, decision, &adopted, basis).await
            }
            AdoptUser::Taken(existing) => {
                let decision = Decision::conflict(user.id.clone(), existing);
                self.follow(attempt, decision, stored, basis).await
            }
            // A password was set while the script ran: it is the newer one, and decides.
            AdoptUser::HasPassword(stored) => self.verify_native(attempt, &stored).await,
            // Deleted while the script ran: the next login begins anew.
            AdoptUser::Gone => Ok(Decision::busy()),
        }
    }

    /// The profile, under the id that an import made up where its file had none for this address or number.
    pub(crate) async fn known_as<'a>(
        &self,
        options: &ConnectionOptions,
        user: &User,
        profile: &'a Profile,
    ) -> Result<Cow<'a, Profile>, EngineError> {
        let is_own = |email: &String| Some(email) == user.email.as_ref();
        let has_address = profile.email.as_ref().is_some_and(is_own);
        let number = phone_of(options, &profile.attributes);
        let has_number = number.is_some() && number == phone_of(options, &user.attributes);
        if user.id == UserId::from_raw(&profile.id) || !(has_address || has_number) {
            return Ok(Cow::Borrowed(profile));
        }
        let store = &self.parts.store;
        let made_up = store.has_made_up_id(&user.tenant, &user.id).await;
        if !made_up.map_err(EngineError::store("look where the id is from"))? {
            return Ok(Cow::Borrowed(profile));
        }
        Ok(Cow::Owned(Profile {
            id: user.id.raw().to_owned(),
            ..profile.clone()
        }))
    }

    pub(super) async fn is_buried(
        &self,
        attempt: &Attempt,
        raw_id: &str,
    ) -> Result<bool, EngineError> {
        self.is_deleted_for_good(attempt.connection(), raw_id).await
    }

    /// Whether somebody of the legacy store was deleted here and may not come back.
    pub(crate) async fn is_deleted_for_good(
        &self,
        connection: &Connection,
        raw_id: &str,
    ) -> Result<bool, EngineError> {
        if !connection.options.own_flag("bury_deleted") {
            return Ok(false);
        }
        let buried = self.parts.store.is_buried(&connection.id, raw_id).await;
        buried.map_err(EngineError::store("look for a tombstone"))
    }

    /// Remembers what the legacy store does not accept, and how long it took to say so.
    pub(super) fn note_refusal(&self, attempt: &Attempt, decision: &Decision, began: Instant) {
        if matches!(decision.outcome, LoginOutcome::WrongCredentials) {
            self.paces.note(&attempt.connection().id, began.elapsed());
            self.refusals
                .note(attempt.tag, decision.clone().remembered());
        }
    }

    async fn import(
        &self,
        attempt: &Attempt,
        profile: Profile,
        execution: Arc<Execution>,
    ) -> Result<(Decision, bool), EngineError> {
        let hashed = self.hash(&attempt.request.password);
        let Some(hash) = attempt.hashing(hashed).await else {
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
        let clash = attempt.clash(&new.profile);
        let event_id = self.event_ids.begin(now);
        let event = attempt.import_event(event_id, &id, (blocked, clash), &execution, now);
        let added = self
            .parts
            .store
            .add_user(&new, Some(&hash), Some(&event), now)
            .await;
        self.event_ids.written(&event.id);
        match added.map_err(EngineError::store("import the user"))? {
            AddUser::Added(user) => {
                let decision = if user.blocked {
                    Decision::blocked(user.id).with(execution)
                } else {
                    let basis = LoginBasis::of_new(&user);
                    Decision::authenticated(user, How::Migrated, Some(execution)).by(basis)
                };
                self.conclude_import(attempt, &decision).await;
                Ok((decision, true))
            }
            AddUser::Exists(existing) => {
                let profile = &new.profile;
                let decision = self
                    .exists(attempt, id, profile, existing, execution)
                    .await?;
                Ok((decision, false))
            }
        }
    }

    /// Somebody is there already: the same person, imported meanwhile or known by another identifier, or somebody else.
    async fn exists(
        &self,
        attempt: &Attempt,
        id: UserId,
        profile: &Profile,
        existing: ExistingUser,
        execution: Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        if existing.id == id && existing.by == TakenKey::Id {
            let stored = self.find_by_id(attempt.connection(), &id).await?;
            if let Some(stored) = stored {
                let decision = match stored.password {
                    Some(_) => self.verify_native(attempt, &stored).await?,
                    // Cached under an address that the legacy store has changed since.
                    None => self.adopt(attempt, &stored, profile, &execution).await?,
                };
                return Ok(decision.with(execution));
            }
        }
        // A bulk import was faster, under another id: the next login would find the same user.
        let here = self.lookup(attempt).await?;
        if let Some(stored) = here.filter(|stored| stored.user.id == existing.id) {
            let decision = match stored.password {
                Some(_) => self.verify_native(attempt, &stored).await?,
                None => self.adopt(attempt, &stored, profile, &execution).await?,
            };
            return Ok(decision.with(execution));
        }
        Ok(Decision::conflict(id, existing).with(execution))
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
        let outcome = Outcome::BadAnswer(error.to_string());
        let decision = match error {
            ProfileError::BadSecondFactors(_) => Decision::no_second_factors(outcome),
            _ => Decision::script_failed(outcome),
        };
        Box::new(decision.with(Arc::clone(execution)))
    })
}

/// Whether profiles follow the legacy store after the first login.
pub(crate) fn follows(options: &ConnectionOptions) -> bool {
    let sync = options.as_map().get("set_user_root_attributes");
    !sync.is_some_and(|value| value == "on_first_login" || value == "never_on_login")
}

/// A cached user whom the legacy store vouches for, if that is the user it means.
pub(super) fn recognised(user: &User, profile: &Profile, execution: &Arc<Execution>) -> Decision {
    let id = UserId::from_raw(&profile.id);
    if user.id != id {
        let existing = ExistingUser {
            id: user.id.clone(),
            by: TakenKey::Email,
        };
        return Decision::conflict(id, existing);
    }
    if profile.blocked {
        return Decision::blocked(id);
    }
    vouched_for(user.clone(), execution)
}

pub(super) fn vouched_for(user: User, execution: &Arc<Execution>) -> Decision {
    if user.blocked {
        return Decision::blocked(user.id);
    }
    Decision::authenticated(user, How::Legacy, Some(Arc::clone(execution)))
}
