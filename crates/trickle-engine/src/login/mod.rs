//! Login.

mod attempt;
mod claim;
mod importing;
mod native;
mod outcome;
mod proxied;
mod sharing;

pub(crate) use attempt::Attempt;
pub use attempt::{LoginRequest, normalise_identifier};
pub(crate) use outcome::Decision;
pub use outcome::{How, LoginOutcome};
pub(crate) use sharing::FlightKey;
