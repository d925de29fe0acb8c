//! Colours, and texts that other programs read. `anstream` takes colours out where the output is no terminal.

use anstyle::{AnsiColor, Style};

/// Something is wrong.
pub const ERROR: Style = AnsiColor::Red.on_default();
/// Something is unwise.
pub const WARNING: Style = AnsiColor::Yellow.on_default();
/// It worked.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Frames and places.
pub const NOTE: Style = AnsiColor::Blue.on_default();
/// What mends it.
pub const HINT: Style = AnsiColor::Cyan.on_default();
/// What matters.
pub const BOLD: Style = Style::new().bold();

/// A text in a style.
pub fn painted(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The message of a workflow command of GitHub Actions.
pub fn github_text(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command of GitHub Actions.
pub fn github_property(text: &str) -> String {
    github_text(text).replace(':', "%3A").replace(',', "%2C")
}
