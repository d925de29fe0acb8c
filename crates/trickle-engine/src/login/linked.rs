//! Logins of users who are linked to another.

use trickle_model::UserId;

use super::{Decision, LoginOutcome, attempt::Attempt};
use crate::{Engine, EngineError};

impl Engine {
    /// What a decision about a user means who may be linked to another: the password is its own, and all else the other's: tokens, log
    /// and blocks.
    pub(crate) async fn follow(
        &self,
        attempt: &Attempt,
        mut decision: Decision,
        own: &UserId,
        linked_to: Option<&UserId>,
    ) -> Result<Decision, EngineError> {
        let Some(primary) = linked_to else {
            return Ok(decision);
        };
        if decision.user.as_ref() == Some(own) {
            decision.user = Some(primary.clone());
        }
        let LoginOutcome::Authenticated {
            how, execution, by, ..
        } = &decision.outcome
        else {
            return Ok(decision);
        };
        let tenant = &attempt.connection().tenant;
        let user = self.parts.store.user(tenant, primary).await;
        let user = user.map_err(EngineError::store("read the user of the identity"))?;
        Ok(match user {
            // Deleted meanwhile: the next login begins anew.
            None => Decision::busy(),
            Some(user) if user.blocked => Decision::blocked(user.id),
            Some(user) => Decision::authenticated(user, *how, execution.clone()).by(by.clone()),
        })
    }
}
