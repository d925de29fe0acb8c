//! Bulk import: a file becomes users, part by part.

mod defect;
mod file;
mod layout;
mod preparing;
mod row;
mod runner;
mod settings;
mod taking;
mod tell;
mod upload;
mod warning;
mod window;

pub use defect::RowDefect;
pub use file::{FileError, FileReader};
pub use row::{RowRules, SoundRow, check_row};
pub use settings::ImportOrder;
pub use upload::{Upload, UploadError};
pub use warning::{RowWarning, warnings};
