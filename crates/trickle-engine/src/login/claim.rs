//! First logins of one person on several nodes: one at a time asks the legacy store, the others find the user native afterwards.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::{Instant, sleep};
use trickle_model::ExecutionId;
use trickle_store::StoredUser;

use super::attempt::Attempt;
use crate::{Engine, EngineError, engine::entropy};

/// Longer than any run with its time in the queue, and its hash.
const CLAIM: SignedDuration = SignedDuration::from_secs(40);
/// As long as logins of one identifier wait for each other on one node.
const PATIENCE: Duration = Duration::from_secs(45);
/// How soon a node looks again, at first and at most.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

/// The right to ask the legacy store for somebody.
pub(super) struct Claim {
    holder: Option<String>,
}

/// What waiting for the right came to.
pub(super) enum Turn {
    /// Ours, with the user as the store has it now.
    Mine(Claim, Option<StoredUser>),
    /// Somebody else has made the user native meanwhile.
    Native(StoredUser),
    /// It took too long.
    Late,
}

impl Engine {
    /// Waits for the right. Where no other node can be, it is there at once.
    pub(super) async fn claim(
        &self,
        attempt: &Attempt,
        stored: Option<StoredUser>,
    ) -> Result<Turn, EngineError> {
        if !self.parts.store.is_shared() {
            return Ok(Turn::Mine(Claim { holder: None }, stored));
        }
        let holder = ExecutionId::generate(self.parts.clock.now(), &mut entropy());
        let deadline = Instant::now() + PATIENCE;
        let mut pause = LOOK_AGAIN.0;
        while !self.try_claim(attempt, holder.as_str()).await? {
            if Instant::now() + pause > deadline {
                return Ok(Turn::Late);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LOOK_AGAIN.1);
            if let Some(native) = self.native(attempt).await? {
                return Ok(Turn::Native(native));
            }
        }
        let claim = Claim {
            holder: Some(holder.as_str().to_owned()),
        };
        // Whoever held it before may have imported the user after we looked.
        let stored = self.lookup(attempt).await?;
        match stored {
            Some(stored) if stored.password.is_some() => {
                self.release(attempt, claim).await;
                Ok(Turn::Native(stored))
            }
            stored => Ok(Turn::Mine(claim, stored)),
        }
    }

    /// Gives the right up; if that fails it expires.
    pub(super) async fn release(&self, attempt: &Attempt, claim: Claim) {
        let Some(holder) = claim.holder else { return };
        let id = &attempt.connection().id;
        let released = self
            .parts
            .store
            .release_claim(id, &attempt.identifier, &holder);
        if let Err(error) = released.await {
            tracing::warn!(
                connection.id = %id,
                error = &error as &dyn std::error::Error,
                "failed to give a claim up"
            );
        }
    }

    async fn try_claim(&self, attempt: &Attempt, holder: &str) -> Result<bool, EngineError> {
        let now = self.parts.clock.now();
        let (id, identifier) = (&attempt.connection().id, &attempt.identifier);
        let claimed = self
            .parts
            .store
            .claim(id, identifier, holder, now, now + CLAIM);
        claimed
            .await
            .map_err(EngineError::store("claim the identifier"))
    }

    async fn native(&self, attempt: &Attempt) -> Result<Option<StoredUser>, EngineError> {
        let stored = self.lookup(attempt).await?;
        Ok(stored.filter(|stored| stored.password.is_some()))
    }
}
