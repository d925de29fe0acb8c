//! The worker in which scripts make system calls, for the tests of what holds it from outside. It is never installed.

#[path = "main.rs"]
mod program;

fn main() -> std::process::ExitCode {
    program::main()
}
