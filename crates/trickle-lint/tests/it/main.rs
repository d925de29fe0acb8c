//! The linter, over its own pages, over scripts as they are written, and over the templates.

mod disclosure;
mod modules;
mod pages;
mod samples;
mod sarif;
mod variants;

use std::path::PathBuf;

use trickle_lint::{Finding, Options, lint};

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Findings as `rule line:column`.
fn brief(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|it| format!("{} {}:{}", it.rule, it.start.line, it.start.column))
        .collect()
}

/// What is found in a text that is named as a file.
fn found(name: &str, text: &str) -> Vec<String> {
    let options = Options {
        action: name.trim_end_matches(".js").parse().ok(),
        ..Options::default()
    };
    brief(&lint(text, &options))
}
