//! `/users` and `/users-by-email`.

pub(super) mod by_email;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
mod search;
pub(super) mod update;
mod view;
