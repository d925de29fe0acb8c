//! What a person is told of a login that failed. `docs/reference/outcomes.md` is the table.

use axum::http::StatusCode;
use trickle_engine::{How, LoginOutcome};
use trickle_model::{ScriptError, User};
use trickle_store::LoginBasis;

/// Told for everything that only the tenant can mend; the tenant's log has the details.
const NOT_COMPLETED: &str = "The login could not be completed. Please contact the administrator.";
const BLOCKED: &str = "Your account has been blocked after multiple consecutive login attempts.";
const TOO_FAST: &str = "We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.";
const TRY_AGAIN: &str = "The login could not be completed at this time. Please try again later.";

const REHEARSED: &str = "This connection rehearses its migration: nobody whom it does not import can log in here. Ask for a token with a password grant.";

/// An answer to a login that failed; it carries no internals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// `error`.
    pub error: &'static str,
    /// `error_description`.
    pub description: String,
    /// `Retry-After`, where trying again is harmless and sensible.
    pub retry_after_seconds: Option<u32>,
}

/// The user, or what the person is told instead.
///
/// # Errors
/// Every outcome but `Authenticated`. Statuses from 500 are only used where nothing was decided, as clients may repeat the request then.
pub fn answer(outcome: LoginOutcome) -> Result<User, Refusal> {
    Err(match outcome {
        LoginOutcome::Authenticated { user, .. } => return Ok(*user),
        LoginOutcome::WrongCredentials => refusal(
            StatusCode::FORBIDDEN,
            "invalid_grant",
            "Wrong email or password.",
        ),
        LoginOutcome::Blocked => refusal(StatusCode::FORBIDDEN, "unauthorized", "user is blocked"),
        LoginOutcome::TooManyAttempts => {
            refusal(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", BLOCKED)
        }
        LoginOutcome::Throttled => {
            refusal(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", TOO_FAST)
        }
        LoginOutcome::Refused(error) => refused(&error),
        LoginOutcome::Conflict(_) => refusal(
            StatusCode::FORBIDDEN,
            "access_denied",
            "The user already exists.",
        ),
        LoginOutcome::ScriptFailed(_) => refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            NOT_COMPLETED,
        ),
        LoginOutcome::LegacyStoreDown(_) => Refusal {
            retry_after_seconds: Some(10),
            ..refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                TRY_AGAIN,
            )
        },
        LoginOutcome::Busy => undecided(),
    })
}

/// Nothing was decided, and the next attempt may be: too much was going on, or the account changed during the login.
pub(super) fn undecided() -> Refusal {
    Refusal {
        retry_after_seconds: Some(1),
        ..refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            TRY_AGAIN,
        )
    }
}

/// Whether a rehearsal let the person in: there is no user to whom a session, a code or a refresh token could belong.
pub(super) const fn is_rehearsed(outcome: &LoginOutcome) -> bool {
    matches!(
        outcome,
        LoginOutcome::Authenticated {
            how: How::Rehearsed,
            ..
        }
    )
}

/// The user and on what the login rests, for what is bound to one.
pub(crate) fn kept_answer(outcome: LoginOutcome) -> Result<(User, LoginBasis), Refusal> {
    if is_rehearsed(&outcome) {
        let status = StatusCode::FORBIDDEN;
        return Err(refusal(status, "access_denied", REHEARSED));
    }
    let by = outcome.basis().cloned();
    let user = answer(outcome)?;
    Ok((user, by.ok_or_else(undecided)?))
}

/// The script's own message: it wrote it for the person.
fn refused(error: &ScriptError) -> Refusal {
    let code = if error.name == "UnauthorizedError" || error.code.as_deref() == Some("unauthorized")
    {
        "unauthorized"
    } else {
        "access_denied"
    };
    refusal(StatusCode::FORBIDDEN, code, &error.message)
}

fn refusal(status: StatusCode, error: &'static str, description: &str) -> Refusal {
    Refusal {
        status,
        error,
        description: description.to_owned(),
        retry_after_seconds: None,
    }
}
