#![doc = include_str!("../README.md")]

mod broker;
mod calls;
mod cgroup;
mod child;
mod child_setup;
mod confinement;
mod connect;
mod descriptors;
mod egress;
mod files;
mod filter;
#[cfg(fuzzing)]
pub mod fuzzing;
mod handover;
mod identity;
mod launcher;
mod lock_down;
mod namespaces;
mod notify;
mod sockaddr;
mod spawn;
mod usage;
mod view;

pub use broker::{EgressState, broker_connects};
pub use cgroup::{Controller, Controllers, Group};
pub use child::{Child, Exit, Process};
pub use child_setup::Step;
pub use confinement::{Confinement, Launch};
pub use descriptors::raise_descriptor_limit;
pub use egress::{
    Budget, ConnectPolicy, Decision, Detour, EgressEntry, EgressLog, EgressPolicy, EgressRule,
    EgressRuleError, EgressRules, HostPattern, Pace, Pins, Refusal,
};
pub use files::FileAccess;
pub use handover::{Egress, HandOver, ReceiveHandOverError, receive_hand_over};
pub use identity::Identity;
pub use launcher::Launcher;
pub use lock_down::{ControlSocketError, LockDown, LockDownError, lock_down, take_control_socket};
pub use namespaces::{Namespace, Namespaces};
pub use spawn::LaunchError;
pub use view::FileView;
