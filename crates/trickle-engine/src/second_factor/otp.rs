//! Asking for a one-time password.

use jiff::SignedDuration;
use trickle_model::{EventCode, Profile, SecondFactor, User};
use trickle_store::{AttemptPace, StoredFactor};

use super::totp;
use crate::{Caller, Engine, EngineError, ExchangeSubject};

/// Wrong ones in a row, and then one after each pause: a million possibilities last for years.
const ATTEMPTS: u32 = 10;
const PAUSE: SignedDuration = SignedDuration::from_mins(6);

/// What became of a one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpOutcome {
    /// It is right, and works no more.
    Right,
    /// It is none of the present ones, or was used.
    Wrong,
    /// Too many wrong ones: it was not looked at.
    Throttled,
}

impl Engine {
    /// Whether a one-time password is to be asked for after this user's password.
    ///
    /// # Errors
    /// The store failed.
    pub async fn needs_second_factor(&self, user: &User) -> Result<bool, EngineError> {
        let factors = self.factors(user).await?;
        Ok(factors.iter().any(is_totp))
    }

    /// Judges a one-time password and writes the log.
    ///
    /// # Errors
    /// The store failed.
    pub async fn check_otp(
        &self,
        user: &User,
        typed: &str,
        caller: &Caller,
    ) -> Result<OtpOutcome, EngineError> {
        let mut outcome = OtpOutcome::Wrong;
        for factor in self.factors(user).await?.iter().filter(|one| is_totp(one)) {
            match self.check_one(user, factor, typed).await? {
                OtpOutcome::Right => {
                    outcome = OtpOutcome::Right;
                    break;
                }
                OtpOutcome::Throttled => outcome = OtpOutcome::Throttled,
                OtpOutcome::Wrong => {}
            }
        }
        let (code, description) = match outcome {
            OtpOutcome::Right => (
                EventCode::SecondFactorPassed,
                "Successful second factor authentication",
            ),
            OtpOutcome::Wrong => (
                EventCode::SecondFactorFailed,
                "Failed second factor authentication",
            ),
            OtpOutcome::Throttled => (
                EventCode::SecondFactorThrottled,
                "Too many wrong one-time passwords",
            ),
        };
        self.log_factor(user, code, description, caller).await;
        Ok(outcome)
    }

    pub(super) async fn log_factor(
        &self,
        user: &User,
        code: EventCode,
        description: &str,
        caller: &Caller,
    ) {
        let about = ExchangeSubject {
            user: Some(user.id.clone()),
            user_name: user.email.clone().or_else(|| user.username.clone()),
            ..ExchangeSubject::default()
        };
        self.log_exchange(&user.tenant, code, description, caller, about)
            .await;
    }

    /// Keeps the factors of a profile where the user has none yet.
    pub(crate) async fn keep_factors(
        &self,
        user: &User,
        profile: &Profile,
    ) -> Result<(), EngineError> {
        if profile.second_factors.is_empty() {
            return Ok(());
        }
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let kept = store
            .add_missing_factors(&user.tenant, &user.id, &profile.second_factors, now)
            .await;
        kept.map(drop)
            .map_err(EngineError::store("keep the second factors"))
    }

    async fn check_one(
        &self,
        user: &User,
        stored: &StoredFactor,
        typed: &str,
    ) -> Result<OtpOutcome, EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let pace = AttemptPace {
            attempts: ATTEMPTS,
            last_before: now - PAUSE,
        };
        let admitted = store
            .begin_factor_attempt(&user.tenant, &user.id, &stored.id, pace, now)
            .await;
        if !admitted.map_err(EngineError::store("count the attempt"))? {
            return Ok(OtpOutcome::Throttled);
        }
        let secret = stored.factor.value().expose();
        let Some(step) = totp::step_of(secret, typed, now.as_second()) else {
            return Ok(OtpOutcome::Wrong);
        };
        let used = store
            .use_factor_step(&user.tenant, &user.id, &stored.id, step, now)
            .await;
        let is_new = used.map_err(EngineError::store("use the one-time password up"))?;
        Ok(if is_new {
            OtpOutcome::Right
        } else {
            OtpOutcome::Wrong
        })
    }

    async fn factors(&self, user: &User) -> Result<Vec<StoredFactor>, EngineError> {
        let factors = self
            .parts
            .store
            .second_factors(&user.tenant, &user.id)
            .await;
        factors.map_err(EngineError::store("read the second factors"))
    }
}

fn is_totp(stored: &StoredFactor) -> bool {
    matches!(stored.factor, SecondFactor::Totp(_))
}
