//! Logins of users who are linked to another.

use trickle_store::{LoginBasis, StoredUser};

use super::{Decision, LoginOutcome, attempt::Attempt};
use crate::{Engine, EngineError};

impl Engine {
    /// What a decision about a user means: a login rests on `basis`, and where the user is linked to another, the password is its own,
    /// and all else the other's: tokens, log and blocks.
    pub(super) async fn follow(
        &self,
        attempt: &Attempt,
        mut decision: Decision,
        stored: &StoredUser,
        basis: LoginBasis,
    ) -> Result<Decision, EngineError> {
        let Some(primary) = &stored.linked_to else {
            return Ok(decision.by(basis));
        };
        if decision.user.as_ref() == Some(&stored.user.id) {
            decision.user = Some(primary.clone());
        }
        let LoginOutcome::Authenticated { how, execution, .. } = &decision.outcome else {
            return Ok(decision);
        };
        let tenant = &attempt.connection().tenant;
        let user = self.parts.store.user(tenant, primary).await;
        let user = user.map_err(EngineError::store("read the user of the identity"))?;
        Ok(match user {
            // Deleted meanwhile: the next login begins anew.
            None => Decision::busy(),
            Some(user) if user.blocked => Decision::blocked(user.id),
            Some(user) => Decision::authenticated(user, *how, execution.clone()).by(basis),
        })
    }
}
