//! The program at a terminal.

use std::process::Command;

use super::{Done, command};

/// Runs a command at a terminal, where `line` is typed once nothing of it is shown; `stdout` is all that the terminal showed.
pub fn run_at_terminal(args: &[&str], line: &str) -> Done {
    let program = command(args);
    let output = Command::new("python3")
        .arg(super::clients_folder().join("terminal.py"))
        .arg(line)
        .arg(program.get_program())
        .args(program.get_args())
        .output()
        .unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
