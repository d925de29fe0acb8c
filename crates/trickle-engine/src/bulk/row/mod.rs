//! Whether a row can become a user.

mod check;
mod factors;
mod neighbours;
mod password;
mod reader;

pub use check::{RowRules, SoundRow, check_row};
