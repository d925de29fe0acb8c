//! Import on, many at once: logins of one identifier that can share a result share it, others take turns.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until, timeout};
use trickle_model::{ConnectionId, TenantId};

use super::{Decision, LoginOutcome, attempt::Attempt};
use crate::{Engine, EngineError, flight::Boarding};

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
        let mut refused: Option<Decision> = None;
        loop {
            match self.flights.board(key.clone(), attempt.tag) {
                Boarding::Lead(landing, arrival) => {
                    let (engine, attempt) = (self.clone(), Arc::clone(attempt));
                    self.spawn(async move {
                        let began = Instant::now();
                        let result = match refused {
                            Some(decision) => Ok(decision),
                            None => engine.first_login(&attempt).await,
                        };
                        engine.take_as_long(&attempt, &result, began).await;
                        landing.land(result);
                    });
                    let decision = arrival.wait().await.ok_or(EngineError::Interrupted)??;
                    return Ok(decision.outcome);
                }
                Boarding::Join(arrival) => {
                    let decision = arrival.wait().await.ok_or(EngineError::Interrupted)??;
                    if refused.is_none() {
                        self.conclude(attempt, &decision, true).await;
                    }
                    return Ok(decision.outcome);
                }
                Boarding::Wait(arrival) => {
                    // A user who is native already waits for nobody, and whoever guesses waits as for the legacy store.
                    if refused.is_none()
                        && let Some(stored) = self.lookup(attempt).await?
                        && stored.password.is_some()
                        && !self.may_have_drifted(attempt, &stored)
                    {
                        let decision = self.verify_native(attempt, &stored).await?;
                        self.conclude(attempt, &decision, false).await;
                        if !matches!(decision.outcome, LoginOutcome::WrongCredentials) {
                            return Ok(decision.outcome);
                        }
                        refused = Some(decision);
                    }
                    // Its result is of another password and says nothing to this caller.
                    drop(arrival.wait().await);
                }
            }
        }
    }

    /// Has the turn of an identifier last as long as the legacy store usually takes for a no, where it was not asked: of two guesses at once
    /// the second one's answer would tell who is native.
    async fn take_as_long(
        &self,
        attempt: &Attempt,
        result: &Result<Decision, EngineError>,
        began: Instant,
    ) {
        let connection = attempt.connection();
        let was_asked = |decision: &Decision| decision.execution.is_some();
        if let Ok(decision) = result
            && matches!(decision.outcome, LoginOutcome::WrongCredentials)
            && !was_asked(decision)
            && !connection.options.own_flag("failures_at_once")
        {
            sleep_until(began + self.paces.usual(&connection.id)).await;
        }
    }
}
