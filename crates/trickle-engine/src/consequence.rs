//! What follows from an outcome besides the answer; `docs/reference/outcomes.md` is the table.

use trickle_model::Outcome;

/// How loud an outcome is in the operator's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// An event.
    Info,
    /// Something is degraded.
    Warn,
}

impl Severity {
    /// The level's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
        }
    }
}

/// Exit status of a command that ran a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitCode {
    /// The script succeeded.
    Success = 0,
    /// It worked and said no: wrong credentials, no such user, refused.
    Negative = 1,
    /// The command was called wrongly.
    Usage = 2,
    /// The script has a defect: an error, a bad answer, no answer.
    Script = 3,
    /// A limit was met or the worker crashed.
    Limit = 4,
    /// The legacy store is down or may not be reached.
    LegacyStore = 5,
    /// We failed.
    Internal = 6,
}

/// How loud a run's outcome is.
pub const fn severity(outcome: &Outcome) -> Severity {
    match exit_code(outcome) {
        ExitCode::Success | ExitCode::Negative => Severity::Info,
        _ => Severity::Warn,
    }
}

/// The exit status for a run's outcome.
pub const fn exit_code(outcome: &Outcome) -> ExitCode {
    match outcome {
        Outcome::Profile(_) | Outcome::Done(_) => ExitCode::Success,
        Outcome::NoSuchUser | Outcome::WrongCredentials(_) | Outcome::Refused(_) => {
            ExitCode::Negative
        }
        Outcome::ScriptError(_) | Outcome::BadAnswer(_) | Outcome::DidNotAnswer => ExitCode::Script,
        Outcome::TooSlow(_)
        | Outcome::TooMuchCpu(_)
        | Outcome::TooMuchMemory(_)
        | Outcome::OverLimit(_)
        | Outcome::Crashed(_)
        | Outcome::Busy => ExitCode::Limit,
        Outcome::LegacyStoreDown(..) | Outcome::EgressDenied(_) => ExitCode::LegacyStore,
    }
}
