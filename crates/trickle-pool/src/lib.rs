#![doc = include_str!("../README.md")]

mod config;
mod dispatcher;
mod job;
mod pool;
mod queue;
mod snapshot;
mod worker;

pub use config::PoolConfig;
pub use pool::{Pool, StartError};
pub use snapshot::{Barriers, BoundTo, PoolSnapshot, WorkerInfo, WorkerState};
pub use worker::BootError;
