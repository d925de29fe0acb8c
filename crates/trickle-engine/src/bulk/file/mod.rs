//! From the bytes of a file to its rows, as they come.

mod csv;
mod json;
mod reader;

pub use reader::{FileError, FileReader};
