//! Import on, many at once: logins of one identifier that can share a result share it, others take turns.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;
use trickle_model::{ConnectionId, TenantId};

use super::{Decision, LoginOutcome, attempt::Attempt};
use crate::{
    Engine, EngineError,
    flight::{Boarding, Tag},
};

/// One login at a time under this key runs a script.
pub(crate) type FlightKey = (TenantId, ConnectionId, String);

/// How long a login waits for others of the same identifier: one script at its limit, and then its own.
const PATIENCE: Duration = Duration::from_secs(45);

impl Engine {
    pub(super) async fn login_importing(
        &self,
        attempt: Arc<Attempt>,
    ) -> Result<LoginOutcome, EngineError> {
        if let Ok(result) = timeout(PATIENCE, self.board(&attempt)).await {
            return result;
        }
        let decision = Decision::busy();
        self.conclude(&attempt, &decision, false).await;
        Ok(decision.outcome)
    }

    async fn board(&self, attempt: &Arc<Attempt>) -> Result<LoginOutcome, EngineError> {
        let connection = attempt.connection();
        let key = (
            connection.tenant.clone(),
            connection.id.clone(),
            attempt.identifier.clone(),
        );
        let tag = self.tag(attempt);
        loop {
            match self.flights.board(key.clone(), tag) {
                Boarding::Lead(landing, arrival) => {
                    let (engine, attempt) = (self.clone(), Arc::clone(attempt));
                    self.spawn(async move {
                        let result = engine.first_login(&attempt).await;
                        landing.land(result);
                    });
                    let decision = arrival.wait().await.ok_or(EngineError::Interrupted)??;
                    return Ok(decision.outcome);
                }
                Boarding::Join(arrival) => {
                    let decision = arrival.wait().await.ok_or(EngineError::Interrupted)??;
                    let outcome = decision.outcome.clone();
                    self.conclude_later(Arc::clone(attempt), decision);
                    return Ok(outcome);
                }
                Boarding::Wait(arrival) => {
                    // A user who is native already waits for nobody.
                    if let Some(stored) = self.lookup(attempt).await?
                        && stored.password.is_some()
                    {
                        let decision = self.verify_native(attempt, stored).await?;
                        self.conclude(attempt, &decision, false).await;
                        return Ok(decision.outcome);
                    }
                    // Its result is of another password and says nothing to this caller.
                    drop(arrival.wait().await);
                }
            }
        }
    }

    /// A crowd that shared one result queues here for its log entries, not at the store's door, where it would shut others out.
    fn conclude_later(&self, attempt: Arc<Attempt>, decision: Decision) {
        let engine = self.clone();
        self.spawn(async move {
            // The semaphore is never closed.
            let _turn = engine.latecomers.acquire().await;
            engine.conclude(&attempt, &decision, true).await;
        });
    }

    /// What must be equal for two logins to share one result: all that the script sees, and the script.
    fn tag(&self, attempt: &Attempt) -> Tag {
        let request = &attempt.request;
        let context = serde_json::to_vec(&request.context).unwrap_or_default();
        self.flights.tag(&[
            request.identifier.as_bytes(),
            request.password.expose().as_bytes(),
            &context,
            &attempt.connection().revision.to_le_bytes(),
        ])
    }
}
