//! What a developer waits for: `trickle test` and `trickle lint`, as programs.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{Bench, Row, Samples, Unit, millis};

const CASES: usize = 100;
const LOGIN: &str = include_str!("../../scripts/login.js");
const TEMPLATE: &str = include_str!("../../../../templates/postgres/login.js");

/// Nearly as long as a script may be.
const LONG_BYTES: usize = 100_000;

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let turns = bench.scaled(10);
    let test = project()?;
    let (short, long) = (script(0)?, script(LONG_BYTES)?);
    let (mut tested, mut linted, mut linted_long) =
        (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..turns {
        tested.add(time(bench, "test", test.path()).await?);
        linted.add(time(bench, "lint", short.path()).await?);
        linted_long.add(time(bench, "lint", long.path()).await?);
    }
    let lint = |bytes: usize| format!("trickle lint, a script of {} KB", bytes.div_ceil(1000));
    Ok(vec![
        Row::new(
            format!("trickle test, {CASES} cases"),
            Unit::Milliseconds,
            &tested,
        )
        .p50_at_most(2000.0)
        .note("from the start of the program to its end; the workers boot in it, the scripts wait for nothing"),
        Row::new(lint(TEMPLATE.len()), Unit::Milliseconds, &linted),
        Row::new(lint(LONG_BYTES), Unit::Milliseconds, &linted_long),
    ])
}

fn project() -> anyhow::Result<TempDir> {
    let mut cases = String::new();
    for number in 0..CASES {
        writeln!(
            cases,
            "[[case]]\nname = \"case {number}\"\ncall = \"login\"\nidentifier = \"jane@example.com\"\npassword = \"secret\"\n[case.expect]\noutcome = [\"profile\", \"wrong_credentials\"]\n"
        )?;
    }
    folder(&[
        ("trickle.toml", ""),
        ("cases.toml", &cases),
        ("login.js", LOGIN),
    ])
}

/// A script of a template, and further functions up to a length.
fn script(bytes: usize) -> anyhow::Result<TempDir> {
    let mut text = TEMPLATE.to_owned();
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        writeln!(
            text,
            "function helper{number}(row, key) {{\n  if (!row) return null;\n  return String(row[key] || {number}).trim();\n}}"
        )?;
    }
    folder(&[("login.js", &text)])
}

fn folder(files: &[(&str, &str)]) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir().context("make a folder")?;
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).context("write a project")?;
    }
    Ok(folder)
}

/// How long the program beside this one takes.
async fn time(bench: &Bench, command: &str, folder: &Path) -> anyhow::Result<f64> {
    let own = std::env::current_exe().context("find this program")?;
    let program = own.with_file_name("trickle");
    let began = Instant::now();
    let output = Command::new(&program)
        .arg(command)
        .arg(folder)
        .env("TRICKLE_WORKER", &bench.worker)
        .env("TRICKLE_MODULES", &bench.modules)
        .stdin(Stdio::null())
        .output()
        .await
        .with_context(|| format!("start {}", program.display()))?;
    let took = millis(began.elapsed());
    // A lint that finds something is as good.
    let is_done = matches!(output.status.code(), Some(0 | 1))
        && (command == "lint" || output.status.success());
    ensure!(
        is_done,
        "trickle {command} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(took)
}
