//! `/actions`.

pub(super) mod list;
