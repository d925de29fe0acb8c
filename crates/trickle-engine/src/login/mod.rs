//! Login.

mod attempt;
mod claim;
mod drift;
mod importing;
mod linked;
mod native;
mod outcome;
mod proxied;
mod rehearsed;
mod sharing;

pub(crate) use attempt::Attempt;
pub use attempt::LoginRequest;
pub(crate) use drift::days as drift_days;
pub(crate) use importing::follows;
pub(crate) use outcome::Decision;
pub use outcome::{How, LoginOutcome};
pub(crate) use rehearsed::Rehearsed;
pub(crate) use sharing::FlightKey;
