//! What commands print, and with what status they end.

use std::{
    io::{IsTerminal as _, Write as _},
    path::Path,
};

use serde::Serialize;
use trickle_engine::{ExitCode, ProvisionError};
use trickle_store::{AddTenantError, OpenError};

/// It worked.
pub const SUCCESS: u8 = ExitCode::Success as u8;
/// It worked, and the answer is no.
pub const ANSWER_IS_NO: u8 = ExitCode::Negative as u8;
/// A script has a defect.
pub const SCRIPT: u8 = ExitCode::Script as u8;
/// The legacy store is down.
pub const LEGACY_STORE: u8 = ExitCode::LegacyStore as u8;
/// We failed.
pub const INTERNAL: u8 = ExitCode::Internal as u8;
/// Called wrongly; `clap` uses the same.
pub const USAGE: u8 = ExitCode::Usage as u8;

/// What shells show of a program that `SIGPIPE` ended, 128 and its number.
const NOBODY_READS: i32 = 141;

/// Lets the command end quietly where its reader has left, as `head` does.
///
/// `print!` and [`styled`] panic there. The signal's default is no way out: it would also end a command whose worker dies while it is written to.
pub fn end_where_nobody_reads() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str().is_some_and(is_broken_pipe) {
            std::process::exit(NOBODY_READS);
        }
        before(panic);
    }));
}

fn is_broken_pipe(message: &str) -> bool {
    message.starts_with("failed printing to std") && message.contains("Broken pipe")
}

/// What the caller can mend by calling otherwise; such commands end with [`USAGE`].
#[derive(Debug)]
pub struct Mistake(pub String);

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mistake {}

/// A file that the caller named cannot be read.
pub fn unreadable(file: &Path, error: &std::io::Error) -> Mistake {
    Mistake(format!("read {}: {error}", file.display()))
}

/// A server's legacy store could not be asked; such commands end with [`LEGACY_STORE`].
#[derive(Debug)]
pub struct LegacyStoreDown(pub String);

impl std::fmt::Display for LegacyStoreDown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LegacyStoreDown {}

/// The exit status for an error.
pub fn status(error: &anyhow::Error) -> u8 {
    if error
        .chain()
        .any(<dyn std::error::Error>::is::<LegacyStoreDown>)
    {
        return LEGACY_STORE;
    }
    let is_mistake = error.chain().any(|cause| {
        cause.is::<Mistake>()
            || matches!(
                cause.downcast_ref(),
                Some(ProvisionError::Name(_) | ProvisionError::Domain(_))
            )
            || matches!(
                cause.downcast_ref(),
                Some(AddTenantError::NameTaken | AddTenantError::DomainTaken { .. })
            )
            || matches!(cause.downcast_ref(), Some(OpenError::NotAPostgresUrl))
    });
    if is_mistake { USAGE } else { INTERNAL }
}

/// What somebody else wrote, without what a terminal would obey.
pub fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(shown).collect()
}

/// The same on one line: a break would begin another, which says what it likes.
pub fn line(text: &str) -> String {
    plain(text).replace(['\n', '\t'], " ")
}

/// Prints a text of somebody else as it is, unless a terminal would obey it.
pub fn text(text: &str) {
    if std::io::stdout().is_terminal() {
        print!("{}", plain(text));
    } else {
        print!("{text}");
    }
}

/// Prints a line with its colours, which `anstream` takes out where standard output is no terminal.
///
/// # Panics
///
/// Where the line cannot be written, as `println!` does; that of `anstream` says nothing where its reader has left.
pub fn styled(line: impl std::fmt::Display) {
    if let Err(error) = writeln!(anstream::stdout(), "{line}") {
        panic!("failed printing to stdout: {error}");
    }
}

/// JSON without the control characters that its writer leaves as they are.
pub fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

/// Prints a value as JSON on stdout.
pub fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{}", escaped(&text)),
        Err(error) => eprintln!("trickle: failed to write JSON: {error}"),
    }
}

/// Prints an error with all its causes on stderr. Servers, stores and scripts have their words in it.
pub fn failure(error: &anyhow::Error) {
    eprintln!("trickle: failed to {}", plain(&error.to_string()));
    for cause in error.chain().skip(1) {
        eprintln!("  because: {}", plain(&cause.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_status_of_its_cause() {
        let with = |cause: anyhow::Error| status(&cause.context("do it"));
        assert_eq!(with(Mistake("x".into()).into()), USAGE);
        assert_eq!(with(LegacyStoreDown("x".into()).into()), LEGACY_STORE);
        assert_eq!(with(anyhow::anyhow!("x")), INTERNAL);
    }

    #[test]
    fn only_a_reader_that_left_ends_a_command_quietly() {
        let error = std::io::Error::from_raw_os_error(32);
        assert!(is_broken_pipe(&format!(
            "failed printing to stdout: {error}"
        )));
        let error = std::io::Error::from_raw_os_error(28);
        assert!(!is_broken_pipe(&format!(
            "failed printing to stdout: {error}"
        )));
        assert!(!is_broken_pipe("Broken pipe"));
    }

    #[test]
    fn json_has_nothing_for_terminals_either() {
        let json = serde_json::to_string("a\u{1b}\u{9b}ä").unwrap();
        assert_eq!(escaped(&json), r#""a\u001b\u009bä""#);
    }

    #[test]
    fn terminals_have_nothing_to_obey() {
        assert_eq!(
            plain("a\u{1b}[2J\tb\r\nß\u{9b}c"),
            "a\u{fffd}[2J\tb\u{fffd}\nß\u{fffd}c"
        );
        assert_eq!(line("ada\n7  live\tyes"), "ada 7  live yes");
    }
}
