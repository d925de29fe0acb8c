//! Which addresses a child may connect to, and what became of its attempts.

mod attempt;
mod log;
mod names;
mod policy;
mod ranges;
mod rule;

pub use attempt::{ConnectAttempt, ConnectPolicy, Decision, Transport};
pub use log::{EgressEntry, EgressLog};
pub use names::NameServers;
pub use policy::EgressPolicy;
pub use rule::{EgressRule, EgressRuleError, HostPattern};
