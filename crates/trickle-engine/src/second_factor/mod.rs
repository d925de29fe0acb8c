//! Second factors: what a person brought from elsewhere is asked for here too.

mod challenge;
mod otp;
mod totp;

pub use challenge::MfaChallenge;
pub use otp::OtpOutcome;
