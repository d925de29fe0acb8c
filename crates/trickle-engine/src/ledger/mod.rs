//! How far a migration is.

mod entry;
mod finish;
mod forecast;
mod roll;
mod status;

pub use finish::{MigrationEnd, ending_json};
pub use status::{Migration, MigrationDay, MigrationSettings};
