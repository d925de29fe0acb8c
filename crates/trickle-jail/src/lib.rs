#![doc = include_str!("../README.md")]

mod child;
mod child_setup;
mod confinement;
mod egress;
mod launcher;
mod spawn;

pub use child::{Child, Exit, Process};
pub use child_setup::Step;
pub use confinement::{Confinement, Launch};
pub use egress::{
    ConnectAttempt, ConnectPolicy, Decision, EgressEntry, EgressLog, EgressPolicy, EgressRule,
    EgressRuleError, HostPattern, NameServers, Transport,
};
pub use launcher::Launcher;
pub use spawn::LaunchError;
