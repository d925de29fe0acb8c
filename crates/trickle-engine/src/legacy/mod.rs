//! Care for legacy stores: when not to ask one, how often at once, and how long a failure takes.

mod breaker;
mod bulkhead;
mod pace;
mod refusals;

pub(crate) use breaker::{Breakers, Gate, Turn};
pub(crate) use bulkhead::{Bulkheads, runs_at_once};
pub(crate) use pace::Paces;
pub(crate) use refusals::Refusals;
