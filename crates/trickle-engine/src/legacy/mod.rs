//! Care for legacy stores: when not to ask one, and how long a failure takes.

mod breaker;
mod pace;
mod refusals;

pub(crate) use breaker::{Breakers, Gate, Turn};
pub(crate) use pace::Paces;
pub(crate) use refusals::Refusals;
