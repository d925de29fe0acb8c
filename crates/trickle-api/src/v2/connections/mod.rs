//! `/connections`.

pub(super) mod clients;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
mod input;
pub(super) mod list;
pub(super) mod migration;
pub(super) mod status;
pub(super) mod update;
mod view;
