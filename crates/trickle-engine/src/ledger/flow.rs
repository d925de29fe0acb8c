//! What flows other than logins leave in the ledger.

use std::sync::Arc;

use trickle_model::{EventCode, Outcome};
use trickle_store::{LedgerEntry, Write};

use crate::{
    Engine,
    execution::{Execution, millis},
    journal::{Entry, cut},
};

/// The outcome of a flow by which somebody of the legacy store became native.
pub(crate) const MIGRATED: &str = "migrated";

/// Which flow an entry of the log ends, and whether it did what it was to do.
const fn flow_of(code: EventCode) -> Option<(&'static str, bool)> {
    Some(match code {
        EventCode::SignUp => ("sign_up", true),
        EventCode::SignUpFailed => ("sign_up", false),
        EventCode::PasswordChangeRequested => ("forgot_password", true),
        EventCode::PasswordChangeRequestFailed => ("forgot_password", false),
        EventCode::PasswordChanged => ("change_password", true),
        EventCode::PasswordChangeFailed => ("change_password", false),
        EventCode::VerificationRequested => ("send_verification", true),
        EventCode::VerificationRequestFailed => ("send_verification", false),
        EventCode::Verified => ("verify", true),
        EventCode::VerificationFailed => ("verify", false),
        EventCode::EmailChanged => ("change_email", true),
        EventCode::EmailChangeFailed => ("change_email", false),
        EventCode::UsernameChanged => ("change_username", true),
        EventCode::UsernameChangeFailed => ("change_username", false),
        EventCode::PhoneNumberChanged => ("change_phone_number", true),
        EventCode::PhoneNumberChangeFailed => ("change_phone_number", false),
        EventCode::UserDeleted => ("delete", true),
        EventCode::UserDeletionFailed => ("delete", false),
        _ => return None,
    })
}

impl Engine {
    /// Writes an entry of the log, and a line of the ledger where it ends a flow.
    pub(crate) async fn log_flow(&self, entry: Entry<'_>, execution: Option<&Arc<Execution>>) {
        self.log_flow_as(entry, execution, None).await;
    }

    /// [`log_flow`](Self::log_flow) with another outcome than `done`.
    pub(crate) async fn log_flow_as(
        &self,
        entry: Entry<'_>,
        execution: Option<&Arc<Execution>>,
        outcome: Option<&str>,
    ) {
        let now = self.parts.clock.now();
        let line = flow_of(entry.code).map(|(kind, is_done)| {
            let timings = execution.map(|run| run.report.timings).unwrap_or_default();
            LedgerEntry {
                connection: entry.connection.id.clone(),
                id: self.event_ids.next(now),
                at: now,
                kind: kind.to_owned(),
                outcome: outcome
                    .unwrap_or_else(|| outcome_of(is_done, execution))
                    .to_owned(),
                reason: (!is_done).then(|| cut(&entry.description)),
                user: entry.user.clone(),
                execution: execution.map(|run| run.id.clone()),
                revision: entry.connection.revision,
                script_version: execution.and_then(|run| run.version),
                worker: execution.and_then(|run| run.report.worker),
                queue_ms: millis(timings.queue),
                boot_ms: millis(timings.boot),
                script_ms: millis(timings.script),
                hash_ms: 0,
                rest_ms: 0,
            }
        });
        let event = entry.into_event(self.event_ids.begin(now), now);
        let attempt = line.map(|line| Write::Attempt(Box::new(line)));
        let record = std::iter::once(Write::Event(Box::new(event)))
            .chain(attempt)
            .collect();
        self.recorder.push(record, None).await;
    }
}

/// A failure is that of the run, or ours: what the person or the tenant's rules made of it.
fn outcome_of(is_done: bool, execution: Option<&Arc<Execution>>) -> &'static str {
    if is_done {
        return "done";
    }
    match execution.map(|run| &run.report.outcome) {
        None | Some(Outcome::Profile(_) | Outcome::Done(_)) => "refused",
        Some(outcome) => outcome.name(),
    }
}
