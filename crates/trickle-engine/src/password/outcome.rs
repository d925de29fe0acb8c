//! What became of a new password.

use trickle_model::{Outage, Outcome, ScriptError};

use crate::{CreateUserOutcome, create_user::objection, policy::PolicyBreach};

/// What became of it.
#[derive(Clone, Debug)]
pub enum PasswordOutcome {
    /// The new one holds.
    Changed,
    /// The link does not work, or the user is gone.
    Gone,
    /// The password may not be chosen.
    BadPassword(PolicyBreach),
    /// The `change_password` script said that nothing changed.
    NotChanged,
    /// The script has a message for the person.
    Refused(ScriptError),
    /// The script has a defect or met a limit.
    ScriptFailed(Outcome),
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage, ScriptError),
    /// Somebody else has the address, the user name, the number or the id.
    Conflict,
    /// Too much is going on; nothing was done.
    Busy,
}

impl PasswordOutcome {
    /// What a run without success means.
    pub(crate) fn from_failed_run(outcome: &Outcome) -> Self {
        match objection(outcome) {
            CreateUserOutcome::Refused(error) => Self::Refused(error),
            CreateUserOutcome::LegacyStoreDown(outage, error) => {
                Self::LegacyStoreDown(outage, error)
            }
            CreateUserOutcome::Busy => Self::Busy,
            _ => Self::ScriptFailed(outcome.clone()),
        }
    }

    /// For the tenant's log.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Changed => "Password changed".to_owned(),
            Self::Gone => "the link does not work any more".to_owned(),
            Self::BadPassword(breach) => breach.message().to_owned(),
            Self::NotChanged => "the change_password script changed nothing".to_owned(),
            Self::Refused(error) | Self::LegacyStoreDown(_, error) => error.to_string(),
            Self::ScriptFailed(outcome) => outcome.to_string(),
            Self::Conflict => "The user already exists.".to_owned(),
            Self::Busy => "too busy".to_owned(),
        }
    }

    /// Whether the same link may be used again.
    pub(crate) const fn leaves_link(&self) -> bool {
        !matches!(self, Self::Changed | Self::Gone | Self::Conflict)
    }
}
