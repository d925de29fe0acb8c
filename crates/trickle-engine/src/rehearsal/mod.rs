//! Rehearsal: scripts run for real logins, and what would come of a change is written down instead of done.

mod beside;
mod compare;
mod dry;
mod share;

pub(crate) use beside::{Beside, workers_beside, workers_of};
pub(crate) use share::is_within;
