//! The program `trickle`, as a shell would run it.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// How a command ended.
#[derive(Debug)]
pub struct Done {
    /// Its exit status.
    pub code: i32,
    /// What it wrote.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
}

impl Done {
    /// stdout as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// This, if the command ended with `code`.
    #[track_caller]
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

/// Beside the test's own folder; `make build` puts it there.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let program = built.join("trickle");
    assert!(
        program.is_file(),
        "{} is missing: run `make build` first, and these tests with --release",
        program.display()
    );
    program
}

/// Where the program is.
pub fn program_folder() -> PathBuf {
    program().parent().unwrap().to_owned()
}

/// The program, without the settings of the person who runs the tests.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(args)
        .env_remove("TRICKLE_DATA_DIR")
        .env_remove("TRICKLE_DATABASE_URL")
        .env_remove("TRICKLE_LOG")
        .env_remove("CI");
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Done {
    run_with_input(args, "")
}

/// `trickle test` of a folder, again when a machine that stood still cost a case its time.
pub fn test_project(path: &str, options: &[&str]) -> Done {
    let args = [&["test", path], options].concat();
    let mut done = run(&args);
    for _ in 0..2 {
        if !done.stdout.contains("ms are allowed") {
            break;
        }
        done = run(&args);
    }
    done
}

/// [`run`] with something on standard input.
pub fn run_with_input(args: &[&str], input: &str) -> Done {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early does not read it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Status and standard error of a command whose reader has left before the first line, as `| head -0` does.
pub fn unread(args: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = io::pipe().unwrap();
    // Before the program can write.
    drop(reader);
    let output = command(args)
        .stdin(Stdio::null())
        .stdout(writer)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}
