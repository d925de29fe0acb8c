#![doc = include_str!("../README.md")]

mod barriers;
mod config;
mod dispatcher;
mod inspect;
mod job;
mod names;
mod pool;
mod queue;
mod snapshot;
mod tenants;
mod wire;
mod worker;

pub use barriers::{Barriers, MissingBarrier};
pub use config::PoolConfig;
pub use inspect::{DebuggerEnd, Inspect};
pub use pool::{Pool, StartError};
pub use snapshot::{BoundTo, PoolSnapshot, WorkerInfo, WorkerState};
pub use trickle_protocol::Debugger;
pub use wire::Wire;
pub use worker::BootError;
