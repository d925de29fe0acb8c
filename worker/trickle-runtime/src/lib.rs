#![doc = include_str!("../README.md")]

mod boot;
mod breach;
mod buffers;
mod exports;
mod fetch_names;
mod host_modules;
mod inspector;
mod loader;
mod npm;
#[cfg(feature = "raw-syscalls")]
mod raw;
mod sandbox;
mod serve;
mod snapshot;
mod watchdog;

pub use boot::{BootError, BootOptions, init_engine};
pub use inspector::Inspector;
pub use sandbox::Sandbox;
pub use serve::{ServeEnd, serve};
pub use trickle_host::Outbox;
