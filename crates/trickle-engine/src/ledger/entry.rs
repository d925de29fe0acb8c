//! What a login leaves in the ledger.

use jiff::Timestamp;
use trickle_model::EventId;
use trickle_store::{LOGIN, LedgerEntry};

use crate::{
    LoginOutcome,
    execution::millis,
    journal::cut,
    login::{Attempt, Decision},
};

impl Attempt {
    /// One attempt; `rest_ms` ends now.
    pub(crate) fn ledger_entry(
        &self,
        decision: &Decision,
        id: EventId,
        at: Timestamp,
    ) -> LedgerEntry {
        let (outcome, reason) = match &decision.outcome {
            LoginOutcome::Authenticated { how, user, .. } => {
                let clash = self.clash_of(user);
                (how.as_str(), clash.map(str::to_owned))
            }
            failed => (failed.name(), Some(cut(&decision.description))),
        };
        let execution = decision.execution.as_ref();
        let timings = execution.map(|run| run.report.timings).unwrap_or_default();
        let counted = timings.queue + timings.boot + timings.script;
        LedgerEntry {
            connection: self.connection().id.clone(),
            id,
            at,
            kind: LOGIN.to_owned(),
            outcome: outcome.to_owned(),
            reason,
            user: decision.user.clone(),
            execution: execution.map(|run| run.id.clone()),
            revision: self.connection().revision,
            script_version: execution.and_then(|run| run.version),
            worker: execution.and_then(|run| run.report.worker),
            queue_ms: millis(timings.queue),
            boot_ms: millis(timings.boot),
            script_ms: millis(timings.script),
            hash_ms: millis(self.hashed()),
            rest_ms: millis(self.began.elapsed().saturating_sub(counted + self.hashed())),
        }
    }
}
