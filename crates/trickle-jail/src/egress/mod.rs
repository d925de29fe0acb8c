//! Which addresses a child may connect to, and what became of its attempts.

mod budget;
mod detour;
mod log;
mod near;
mod pace;
mod pins;
mod policy;
pub(crate) mod ranges;
mod rule;

pub use budget::Budget;
pub use detour::Detour;
pub use log::{EgressEntry, EgressLog};
pub use pace::Pace;
pub use pins::Pins;
pub use policy::{ConnectPolicy, Decision, EgressPolicy, EgressRules, Refusal};
pub use rule::{EgressRule, EgressRuleError, HostPattern};
