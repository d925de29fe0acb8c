//! How far a migration is.

mod count;
mod entry;
mod finish;
mod flow;
mod forecast;
mod roll;
mod status;
mod total;

pub use count::LegacyCount;
pub use finish::{MigrationEnd, ending_json};
pub(crate) use flow::MIGRATED;
pub use status::{Kept, Migration, MigrationDay, MigrationSettings};
pub use total::TotalSource;
