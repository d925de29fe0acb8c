//! The second step of a login.

use axum::http::StatusCode;
use trickle_engine::{Engine, OtpOutcome};
use trickle_model::User;

use super::{Error, answer::Refusal};

/// Whether the user has one that can be asked for.
pub(crate) async fn is_needed(engine: &Engine, user: &User) -> Result<bool, Error> {
    Ok(engine.needs_second_factor(user).await?)
}

/// For endpoints that cannot go on with it.
pub(crate) fn not_here() -> Error {
    Error::Login(Refusal {
        status: StatusCode::FORBIDDEN,
        error: "mfa_required",
        description: "Multifactor authentication required".to_owned(),
        retry_after_seconds: None,
    })
}

/// What is told of a one-time password that is not right.
pub(crate) fn refused(outcome: OtpOutcome) -> Result<(), Error> {
    match outcome {
        OtpOutcome::Right => Ok(()),
        OtpOutcome::Wrong => Err(Error::BadOtp),
        OtpOutcome::Throttled => Err(Error::TooManyOtps),
    }
}
