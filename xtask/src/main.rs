#![doc = include_str!("../README.md")]

mod check;
mod finding;
mod metadata;
mod tree;

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;

const USAGE: &str = "usage: cargo xtask check";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words != ["check"] {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match run_checks() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(count) => {
            eprintln!("xtask: {count} findings");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("xtask: failed to {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_checks() -> anyhow::Result<usize> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("find the repository around xtask")?;
    let findings = check::all(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(findings.len())
}
