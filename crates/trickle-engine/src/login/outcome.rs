//! How a login ended.

use std::sync::Arc;

use trickle_model::{EventCode, Outage, Outcome, ScriptError, User, UserId};
use trickle_store::{ExistingUser, LoginBasis};

use crate::execution::Execution;

/// Who vouched for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The native store; no script ran.
    Native,
    /// The legacy store, for the last time: the user is native now.
    Migrated,
    /// The legacy store, which stays in charge.
    Legacy,
    /// The legacy store, in a rehearsal: nothing is kept of the user, so that nothing can be bound to one.
    Rehearsed,
}

impl How {
    /// Its name in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Migrated => "migrated",
            Self::Legacy | Self::Rehearsed => "legacy",
        }
    }
}

/// How a login ended; `docs/reference/outcomes.md` says what follows from each.
#[derive(Clone, Debug)]
pub enum LoginOutcome {
    /// The right password.
    Authenticated {
        /// The user.
        user: Box<User>,
        /// Who vouched.
        how: How,
        /// The run that did, if one was needed.
        execution: Option<Arc<Execution>>,
        /// On what the login rests; none where nothing can be bound to the user.
        by: Option<LoginBasis>,
    },
    /// No such user, or another password: nobody outside learns which.
    WrongCredentials,
    /// The right password of a user who is shut out.
    Blocked,
    /// The script has a message for the person.
    Refused(ScriptError),
    /// The script has a defect or met a limit.
    ScriptFailed(Outcome),
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage),
    /// Too much is going on; nothing was decided.
    Busy,
    /// Too many failures of this identifier: nothing was looked at.
    TooManyAttempts,
    /// Too many failures from this address: nothing was looked at.
    Throttled,
    /// The right password, but another user has the e-mail address, the user name or the id.
    Conflict(ExistingUser),
}

impl LoginOutcome {
    /// Its name in logs and documents.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Authenticated { .. } => "authenticated",
            Self::WrongCredentials => "wrong_credentials",
            Self::Blocked => "blocked",
            Self::Refused(_) => "refused",
            Self::ScriptFailed(outcome) => outcome.name(),
            Self::LegacyStoreDown(_) => "legacy_store_down",
            Self::Busy => "busy",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Throttled => "throttled",
            Self::Conflict(_) => "conflict",
        }
    }

    /// On what the login rests, for all that is to be bound to the user.
    pub const fn basis(&self) -> Option<&LoginBasis> {
        match self {
            Self::Authenticated { by, .. } => by.as_ref(),
            _ => None,
        }
    }

    /// What a `login` run that gave no profile means.
    pub fn from_failed_run(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::NoSuchUser | Outcome::WrongCredentials(_) => Self::WrongCredentials,
            Outcome::Refused(error) => Self::Refused(error.clone()),
            Outcome::LegacyStoreDown(outage, _) => Self::LegacyStoreDown(*outage),
            Outcome::Busy => Self::Busy,
            other => Self::ScriptFailed(other.clone()),
        }
    }
}

/// An outcome and what the log says of it.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) outcome: LoginOutcome,
    pub(crate) code: EventCode,
    pub(crate) description: String,
    pub(crate) user: Option<UserId>,
    pub(crate) execution: Option<Arc<Execution>>,
}

pub(super) const IMPORTED: &str = "Successful login, user imported";
/// As long as ids of users may be.
const NAMED_ID_MAX_BYTES: usize = 255;
const WRONG_CREDENTIALS: &str = "Wrong email or password.";

impl Decision {
    pub(crate) fn authenticated(user: User, how: How, execution: Option<Arc<Execution>>) -> Self {
        Self {
            code: EventCode::Login,
            description: match how {
                How::Native => "Successful login".to_owned(),
                How::Migrated => IMPORTED.to_owned(),
                How::Legacy | How::Rehearsed => {
                    "Successful login against the legacy store".to_owned()
                }
            },
            user: Some(user.id.clone()),
            outcome: LoginOutcome::Authenticated {
                user: Box::new(user),
                how,
                execution: execution.clone(),
                by: None,
            },
            execution,
        }
    }

    pub(crate) fn unknown_user() -> Self {
        Self::failed(
            LoginOutcome::WrongCredentials,
            EventCode::UnknownUser,
            WRONG_CREDENTIALS,
        )
    }

    pub(crate) fn wrong_password(user: UserId) -> Self {
        Self::failed(
            LoginOutcome::WrongCredentials,
            EventCode::WrongPassword,
            WRONG_CREDENTIALS,
        )
        .about(user)
    }

    pub(crate) fn blocked(user: UserId) -> Self {
        Self::failed(
            LoginOutcome::Blocked,
            EventCode::LoginFailed,
            "user is blocked",
        )
        .about(user)
    }

    /// The right password, which the connection's policy does not bear any longer.
    pub(crate) fn password_expired(user: UserId) -> Self {
        let error = ScriptError {
            name: "UnauthorizedError".to_owned(),
            code: Some("unauthorized".to_owned()),
            message: "Your password does not meet the rules any more. Choose a new one by \"forgot password\"."
                .to_owned(),
            ..ScriptError::default()
        };
        Self::failed(
            LoginOutcome::Refused(error),
            EventCode::LoginFailed,
            "the password breaks the policy, and its time of grace is over",
        )
        .about(user)
    }

    /// The right password of somebody who brings a one-time password to a dry run, where none is kept that could be asked for.
    pub(crate) fn second_factor_not_kept(user: UserId) -> Self {
        let error = ScriptError {
            name: "ValidationError".to_owned(),
            message: "This connection rehearses its migration: people with a second factor cannot log in yet."
                .to_owned(),
            ..ScriptError::default()
        };
        Self::failed(
            LoginOutcome::Refused(error),
            EventCode::LoginFailed,
            "a dry run keeps no second factor, and by the password alone the login would be weaker",
        )
        .about(user)
    }

    /// The legacy store knows somebody who was deleted here for good.
    pub(crate) fn buried(user: UserId) -> Self {
        Self::failed(
            LoginOutcome::Blocked,
            EventCode::LoginFailed,
            "the user was deleted here and is not imported again",
        )
        .about(user)
    }

    pub(crate) fn busy() -> Self {
        Self::failed(
            LoginOutcome::Busy,
            EventCode::LoginFailed,
            "too many logins at once, none was decided",
        )
    }

    pub(crate) fn too_many_attempts() -> Self {
        Self::failed(
            LoginOutcome::TooManyAttempts,
            EventCode::AccountBlocked,
            "blocked after too many failures in a row",
        )
    }

    pub(crate) fn throttled() -> Self {
        Self::failed(
            LoginOutcome::Throttled,
            EventCode::AddressBlocked,
            "too many failures from one address",
        )
    }

    pub(crate) fn conflict(user: UserId, existing: ExistingUser) -> Self {
        Self::failed(
            LoginOutcome::Conflict(existing),
            EventCode::LoginFailed,
            "The user already exists.",
        )
        .about(user)
    }

    pub(crate) fn script_failed(outcome: Outcome) -> Self {
        let description = outcome.to_string();
        Self::failed(
            LoginOutcome::ScriptFailed(outcome),
            EventCode::LoginFailed,
            &description,
        )
    }

    /// A profile whose second factors cannot be kept: without them the login would be weaker than it was.
    pub(crate) fn no_second_factors(outcome: Outcome) -> Self {
        Self::failed(
            LoginOutcome::ScriptFailed(outcome),
            EventCode::UnknownUser,
            "Unable to import MFA factors.",
        )
    }

    /// The decision that follows from a run without a profile.
    pub(crate) fn from_failed_run(execution: Arc<Execution>) -> Self {
        let outcome = &execution.report.outcome;
        let said = outcome.error().map(|error| &error.message);
        let said = said.filter(|message| !message.is_empty()).cloned();
        let named = match outcome {
            Outcome::WrongCredentials(Some(error)) => error.user_id.as_deref(),
            _ => None,
        };
        let named = named.filter(|id| (1..=NAMED_ID_MAX_BYTES).contains(&id.len()));
        let named = named.map(UserId::from_raw);
        let (code, description) = match outcome {
            Outcome::WrongCredentials(_) | Outcome::NoSuchUser => {
                let code = if named.is_some() {
                    EventCode::WrongPassword
                } else {
                    EventCode::UnknownUser
                };
                (code, said.unwrap_or_else(|| WRONG_CREDENTIALS.to_owned()))
            }
            Outcome::Refused(_) => (
                EventCode::LoginFailed,
                said.unwrap_or_else(|| "refused by the script".to_owned()),
            ),
            other => (EventCode::LoginFailed, other.to_string()),
        };
        Self {
            outcome: LoginOutcome::from_failed_run(outcome),
            code,
            description,
            user: named,
            execution: Some(execution),
        }
    }

    fn failed(outcome: LoginOutcome, code: EventCode, description: &str) -> Self {
        Self {
            outcome,
            code,
            description: description.to_owned(),
            user: None,
            execution: None,
        }
    }

    fn about(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    /// The same again, without the run that it was once decided by.
    pub(crate) fn remembered(mut self) -> Self {
        self.execution = None;
        self
    }

    /// Says on what the login rests, if it is one.
    pub(crate) fn by(mut self, basis: LoginBasis) -> Self {
        if let LoginOutcome::Authenticated { by, .. } = &mut self.outcome {
            *by = Some(basis);
        }
        self
    }

    pub(crate) fn with(mut self, execution: Arc<Execution>) -> Self {
        self.execution = Some(execution);
        self
    }
}
