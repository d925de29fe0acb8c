//! Versions of scripts.

mod read;
mod save;
mod switch;

pub(crate) use save::sync;
pub use switch::Activation;
