//! `/logs`.

pub(super) mod list;
mod view;
