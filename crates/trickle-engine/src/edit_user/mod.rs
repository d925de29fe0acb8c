//! Changing and deleting users through the Management API.

mod delete;
mod edit;
mod log;

pub use delete::DeleteUserOutcome;
pub use edit::{EditUser, EditUserOutcome, OBJECT_MAX_BYTES};
