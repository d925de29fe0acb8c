//! `/users` and `/users-by-email`.

pub(super) mod by_email;
pub(super) mod create;
pub(super) mod get;
pub(super) mod list;
mod search;
mod view;
