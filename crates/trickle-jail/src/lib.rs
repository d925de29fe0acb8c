#![doc = include_str!("../README.md")]

mod broker;
mod calls;
mod child;
mod child_setup;
mod confinement;
mod connect;
mod egress;
mod files;
mod filter;
mod handover;
mod identity;
mod launcher;
mod lock_down;
mod notify;
mod sockaddr;
mod spawn;
mod usage;

pub use broker::Broker;
pub use child::{Child, Exit, Process};
pub use child_setup::Step;
pub use confinement::{Confinement, Launch};
pub use egress::{
    ConnectAttempt, ConnectPolicy, Decision, EgressEntry, EgressLog, EgressPolicy, EgressRule,
    EgressRuleError, HostPattern, NameServers, Transport,
};
pub use files::FileAccess;
pub use handover::{Egress, HandOver, ReceiveHandOverError, receive_hand_over};
pub use identity::Identity;
pub use launcher::Launcher;
pub use lock_down::{ControlSocketError, LockDown, LockDownError, lock_down, take_control_socket};
pub use spawn::LaunchError;
