//! How far a migration is.

mod entry;
mod finish;
mod flow;
mod forecast;
mod roll;
mod status;

pub use finish::{MigrationEnd, ending_json};
pub(crate) use flow::MIGRATED;
pub use status::{Migration, MigrationDay, MigrationSettings};
