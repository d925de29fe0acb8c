//! The drift window: for some days after an import the legacy store may know a newer password than the native one.

use jiff::SignedDuration;
use serde_json::Value;
use tokio::time::Instant;
use trickle_model::{Action, ConnectionOptions, ImportMode, Secret, UserId};
use trickle_store::StoredUser;

use super::{
    Decision, LoginOutcome,
    attempt::Attempt,
    importing::{checked_profile, vouched_for},
};
use crate::{Engine, EngineError};

/// Longest window.
const DAYS_MAX: u64 = 90;

const EXPECTED: &str = "a number of days from 0 to 90";

/// `options.trickle.drift_days`: for how many days; 0 is not at all.
pub(crate) fn days(value: Option<&Value>) -> Result<u32, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(0),
        Some(value) => value
            .as_u64()
            .filter(|days| *days <= DAYS_MAX)
            .and_then(|days| days.try_into().ok())
            .ok_or(EXPECTED),
    }
}

fn window(options: &ConnectionOptions) -> SignedDuration {
    // Checked when it was stored.
    let days = days(options.own("drift_days")).unwrap_or_default();
    SignedDuration::from_hours(24 * i64::from(days))
}

impl Engine {
    /// Whether the legacy store may know a newer password of this user. A password that was chosen here closes the window for
    /// good: an older one of the legacy store must not open the account again. One who is linked to another has left the legacy store.
    pub(super) fn may_have_drifted(&self, attempt: &Attempt, stored: &StoredUser) -> bool {
        let connection = attempt.connection();
        let user = &stored.user;
        let window = window(&connection.options);
        !window.is_zero()
            && connection.options.import_mode() == ImportMode::On
            && connection.has(Action::Login)
            && stored.linked_to.is_none()
            && user.last_password_reset.is_none()
            && self.parts.clock.now() < user.created_at + window
    }

    /// Asks the legacy store once about a password that the native store has refused, and takes it over if it is right. What
    /// the legacy store cannot say is told as for anybody who has not moved: it is no wrong password.
    pub(super) async fn ask_about_drift(
        &self,
        attempt: &Attempt,
        known: &StoredUser,
        old: &Secret,
    ) -> Result<Decision, EngineError> {
        let user = &known.user;
        if let Some(refusal) = self.refusals.recent(attempt.tag) {
            return Ok(refusal);
        }
        let began = Instant::now();
        let execution = self.run_login(attempt).await;
        let profile = match checked_profile(attempt, &execution) {
            Ok(profile) => profile,
            Err(decision) => {
                let decision = match decision.outcome {
                    // The log knows whose password it was.
                    LoginOutcome::WrongCredentials => Decision::wrong_password(user.id.clone()),
                    _ => *decision,
                };
                let decision = decision.with(execution);
                self.note_refusal(attempt, &decision, began);
                return Ok(decision);
            }
        };
        if UserId::from_raw(&profile.id) != user.id {
            // Somebody else has the identifier there: the password is not this user's.
            let decision = Decision::wrong_password(user.id.clone()).with(execution);
            self.note_refusal(attempt, &decision, began);
            return Ok(decision);
        }
        if profile.blocked || user.blocked {
            return Ok(Decision::blocked(user.id.clone()).with(execution));
        }
        let hashed = self.hash(&attempt.request.password);
        let Some(new) = attempt.hashing(hashed).await else {
            return Ok(Decision::busy().with(execution));
        };
        let store = &self.parts.store;
        let replaced = store.replace_password_hash(&user.tenant, &user.id, old, &new);
        let replaced = replaced.await;
        if !replaced.map_err(EngineError::store("take the newer password over"))? {
            // A password was set while the script ran: it is the newer one, and decides.
            return match self.lookup(attempt).await? {
                Some(stored) => self.verify_native(attempt, &stored).await,
                None => Ok(Decision::busy()),
            };
        }
        // Whoever got in by the older password is not known to be the same person.
        self.end_all_logins(user).await?;
        // Whoever was blocked or linked while the script ran is so.
        let stored = store.stored_user(&user.tenant, &user.id).await;
        let stored = stored.map_err(EngineError::store("read the user again"))?;
        let Some(stored) = stored else {
            return Ok(Decision::busy().with(execution));
        };
        let decision = vouched_for(stored.user.clone(), &execution);
        // The end above was this login's own.
        let basis = known.basis().after_an_end();
        let decision = self.follow(attempt, decision, &stored, basis).await?;
        Ok(decision.with(execution))
    }
}
