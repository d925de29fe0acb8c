#![doc = include_str!("../README.md")]

mod config;
mod job;
mod worker;

pub use config::PoolConfig;
pub use worker::BootError;
