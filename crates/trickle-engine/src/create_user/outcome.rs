//! What became of a user to be added.

use trickle_model::{Outage, Outcome, ScriptError, User};

use crate::{LoginOutcome, policy::PolicyBreach};

/// What became of it.
#[derive(Clone, Debug)]
pub enum CreateUserOutcome {
    /// Added.
    Created(Box<User>),
    /// Here or in the legacy store there is one already.
    Exists,
    /// Another user has the user name.
    UsernameTaken,
    /// The connection takes no sign-ups.
    SignUpDisabled,
    /// Too many sign-ups from this address.
    Throttled,
    /// Something is missing or malformed: its name and, for people, what it should be.
    Invalid(&'static str, String),
    /// The password may not be chosen.
    BadPassword(PolicyBreach),
    /// A script refused.
    Refused(ScriptError),
    /// A script has a defect or met a limit.
    ScriptFailed(Outcome),
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage, ScriptError),
    /// Too much is going on; nothing was done.
    Busy,
}

/// What speaks against going on, by the answer of a script that has no profile to give.
pub(crate) fn objection(outcome: &Outcome) -> CreateUserOutcome {
    match outcome {
        Outcome::LegacyStoreDown(outage, error) => {
            CreateUserOutcome::LegacyStoreDown(*outage, error.clone())
        }
        other => match LoginOutcome::from_failed_run(other) {
            LoginOutcome::Refused(error) => CreateUserOutcome::Refused(error),
            LoginOutcome::Busy => CreateUserOutcome::Busy,
            _ => CreateUserOutcome::ScriptFailed(other.clone()),
        },
    }
}
