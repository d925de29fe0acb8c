//! What commands print, and with what status they end.

use serde::Serialize;
use trickle_engine::ExitCode;

/// It worked.
pub const SUCCESS: u8 = ExitCode::Success as u8;
/// We failed.
pub const INTERNAL: u8 = ExitCode::Internal as u8;
/// Called wrongly; `clap` uses the same.
pub const USAGE: u8 = ExitCode::Usage as u8;

/// Prints a value as JSON on stdout.
pub fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{text}"),
        Err(error) => eprintln!("trickle: failed to write JSON: {error}"),
    }
}

/// Prints an error with all its causes on stderr.
pub fn failure(error: &anyhow::Error) {
    eprintln!("trickle: failed to {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}
