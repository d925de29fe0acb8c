//! One worker: its task, and what the task is made of.
//!
//! The task is the truth about its worker. It boots it, serves it, and ends it; the dispatcher gives it [`Command`]s and hears [`Report`]s.

mod boot;
mod cpu;
mod egress;
mod end;
mod life;
mod link;
mod output;
mod runs;
mod serve;

pub use boot::BootError;
pub(crate) use end::{End, chain};
pub(crate) use life::{Command, Report, Supplies, WorkerId, live};
pub(crate) use serve::data_bytes;
