//! Changing and deleting users through the Management API.

mod delete;
mod edit;

pub use delete::DeleteUserOutcome;
pub use edit::{EditUser, EditUserOutcome, OBJECT_MAX_BYTES};
