//! How far a migration is.

mod entry;
mod forecast;
mod status;

pub use status::{Migration, MigrationDay, MigrationSettings};
