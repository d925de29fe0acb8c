//! Versions of scripts.

mod read;
mod save;
mod switch;

pub(crate) use read::live_of;
pub(crate) use save::sync;
pub use switch::Activation;
