//! Logins that the native store decides.

use trickle_model::{Secret, UserId};
use trickle_password::{Overloaded, Password, PasswordHash, PoolVerifyError, Verdict};
use trickle_store::StoredUser;

use super::{Decision, How, LoginOutcome, attempt::Attempt};
use crate::{Engine, EngineError, engine::entropy};

impl Engine {
    pub(super) async fn login_native(
        &self,
        attempt: &Attempt,
    ) -> Result<LoginOutcome, EngineError> {
        let decision = match self.lookup(attempt).await? {
            Some(stored) => self.verify_native(attempt, &stored).await?,
            None => self.waste(attempt, Decision::unknown_user()).await,
        };
        self.conclude(attempt, &decision, false).await;
        Ok(decision.outcome)
    }

    pub(super) async fn lookup(
        &self,
        attempt: &Attempt,
    ) -> Result<Option<StoredUser>, EngineError> {
        self.find(attempt.connection(), &attempt.identifier).await
    }

    /// Compares with the stored hash. Whether a user is blocked is told to those who know the password.
    pub(super) async fn verify_native(
        &self,
        attempt: &Attempt,
        stored: &StoredUser,
    ) -> Result<Decision, EngineError> {
        let decision = self.verify_own(attempt, stored).await?;
        self.follow(attempt, decision, stored, stored.basis()).await
    }

    /// The same without a look at whom the user is linked to.
    async fn verify_own(
        &self,
        attempt: &Attempt,
        stored: &StoredUser,
    ) -> Result<Decision, EngineError> {
        let user = &stored.user;
        let Some(hash) = &stored.password else {
            let decision = Decision::wrong_password(user.id.clone());
            return Ok(self.waste(attempt, decision).await);
        };
        let typed = Password::from(attempt.request.password.expose());
        let parsed = PasswordHash::from(hash.expose());
        let verified = self.parts.passwords.verify(&typed, &parsed);
        let verdict = match attempt.hashing(verified).await {
            Ok(verdict) => verdict,
            Err(PoolVerifyError::Overloaded(Overloaded)) => return Ok(Decision::busy()),
            Err(PoolVerifyError::Unverifiable(error)) => {
                return Err(EngineError::Hash(error.to_string()));
            }
        };
        match verdict {
            Verdict::Mismatch => match &attempt.as_typed {
                // A hash from before the connection had a form for passwords.
                Some(raw) if attempt.hashing(self.fits(raw, &parsed)).await => {
                    self.rehash(attempt, &user.id, hash).await;
                }
                _ => return Ok(Decision::wrong_password(user.id.clone())),
            },
            Verdict::NeedsRehash => self.rehash(attempt, &user.id, hash).await,
            Verdict::Match => {}
        }
        Ok(if user.blocked {
            Decision::blocked(user.id.clone())
        } else if self.is_grace_over(attempt, user) {
            Decision::password_expired(user.id.clone())
        } else {
            Decision::authenticated(user.clone(), How::Native, None)
        })
    }

    async fn fits(&self, typed: &Secret, hash: &PasswordHash) -> bool {
        let typed = Password::from(typed.expose());
        let verdict = self.parts.passwords.verify(&typed, hash).await;
        matches!(verdict, Ok(Verdict::Match | Verdict::NeedsRehash))
    }

    /// Best effort: the next login tries again.
    async fn rehash(&self, attempt: &Attempt, user: &UserId, old: &Secret) {
        let hashed = self.hash(&attempt.request.password);
        let Some(new) = attempt.hashing(hashed).await else {
            return;
        };
        let tenant = &attempt.connection().tenant;
        let replaced = self
            .parts
            .store
            .replace_password_hash(tenant, user, old, &new);
        if let Err(error) = replaced.await {
            tracing::warn!(
                tenant.id = %tenant,
                user.id = %user,
                error = &error as &dyn std::error::Error,
                "failed to replace a weak password hash"
            );
        }
    }

    /// A hash of the password, or nothing while too many wait for one.
    pub(crate) async fn hash(&self, password: &Secret) -> Option<Secret> {
        let password = Password::from(password.expose());
        let hash = self.parts.passwords.hash(&password, &mut entropy()).await;
        hash.ok().map(|hash| Secret::new(hash.as_str()))
    }

    /// Spends the time of a comparison on a failure that needed none, so that it is not told apart by its speed.
    pub(super) async fn waste(&self, attempt: &Attempt, decision: Decision) -> Decision {
        let password = Password::from(attempt.request.password.expose());
        let wasted = self.parts.passwords.verify_nothing(&password);
        match attempt.hashing(wasted).await {
            // A native user would have got the same answer.
            Err(Overloaded) if matches!(decision.outcome, LoginOutcome::WrongCredentials) => {
                Decision::busy()
            }
            Ok(()) | Err(Overloaded) => decision,
        }
    }
}
