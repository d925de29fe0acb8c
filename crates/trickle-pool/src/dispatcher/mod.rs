//! Which job goes to which worker.

mod boots;
mod debts;
mod dispatch;
mod fleet;
mod schedule;

pub(crate) use dispatch::{Dispatcher, Order};
