//! A browser.

use std::path::PathBuf;

use crate::program::folder_of;

/// The program `chromium`; the Debian package is installed where it is missing.
///
/// # Panics
/// When it is missing and may not be installed.
pub fn chromium() -> PathBuf {
    folder_of(&["chromium"], "chromium", &[]).join("chromium")
}
