//! Login.

mod attempt;
mod importing;
mod native;
mod outcome;
mod proxied;
mod sharing;

pub use attempt::{LoginRequest, normalise_identifier};
pub(crate) use outcome::Decision;
pub use outcome::{How, LoginOutcome};
pub(crate) use sharing::FlightKey;
