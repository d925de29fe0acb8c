//! `/clients`.

pub(super) mod list;
