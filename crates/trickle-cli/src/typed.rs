//! Passwords that people type: never on the command line, which every user of the machine can read.

use std::io::{BufRead as _, IsTerminal as _, stdin};

use anyhow::Context as _;

/// Asks at a terminal, without showing what is typed; else takes the first line of standard input.
pub fn password(prompt: &str) -> anyhow::Result<String> {
    if stdin().is_terminal() {
        return rpassword::prompt_password(prompt).context("ask for the password");
    }
    let mut line = String::new();
    stdin()
        .lock()
        .read_line(&mut line)
        .context("read the password")?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
