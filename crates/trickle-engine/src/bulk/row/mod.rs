//! Whether a row can become a user.

mod check;
mod factors;
mod password;
mod reader;

pub use check::{RowRules, SoundRow, check_row};
