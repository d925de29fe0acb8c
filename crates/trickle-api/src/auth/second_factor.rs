//! The second step of a login.

use axum::http::StatusCode;
use trickle_engine::OtpOutcome;

use super::{Error, answer::Refusal};

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
