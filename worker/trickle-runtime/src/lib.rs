#![doc = include_str!("../README.md")]

mod boot;
mod exports;
mod host_modules;
mod loader;
mod npm;
mod sandbox;
mod serve;
mod snapshot;

pub use boot::{BootError, BootOptions};
pub use sandbox::Sandbox;
pub use serve::{ServeEnd, serve};
pub use trickle_host::Outbox;
