//! `trickle test`: cases and built-in checks over a folder of scripts.

mod cases;
mod checks;
mod expectation;
mod fault;
mod redirect;
mod report;
mod run;
mod snapshot;
mod watch;

use std::path::PathBuf;

use trickle_jail::EgressRule;
use trickle_model::Secret;

pub use fault::{Fault, Proxy};
pub use redirect::redirected;

use crate::{output, programs::WorkerArgs, project::Project};

/// What is tested, and how it is told.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle test scripts/ --filter login\n\nEnds with 0 where every case passed, with 1 where one failed, with 2 where there is nothing to test.\nCases and checks: docs/reference/test-cases.md"
)]
pub struct Args {
    /// Folder with the scripts and trickle.toml
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Only cases whose name has this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only the cases of cases.toml, not the built-in checks
    #[arg(long)]
    no_checks: bool,
    /// Private address that scripts may reach, beside those of trickle.toml
    #[arg(long, value_name = "HOST:PORT")]
    allow_net: Vec<EgressRule>,
    /// Runs at a time
    #[arg(long, default_value_t = 8, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Write what differs into the snapshots
    #[arg(long)]
    update: bool,
    /// Run again whenever a file changes
    #[arg(long)]
    watch: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value = "pretty", value_name = "FORMAT")]
    reporter: report::Format,
    #[command(flatten)]
    workers: WorkerArgs,
}

/// Runs all cases and prints their results.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    if args.watch {
        return watch::run(&args).await;
    }
    let results = once(&args).await?;
    report::print(args.reporter, &results);
    Ok(if results.iter().all(run::Done::passed) {
        output::SUCCESS
    } else {
        output::ANSWER_IS_NO
    })
}

async fn once(args: &Args) -> anyhow::Result<Vec<run::Done>> {
    let mut project = Project::read(&args.folder)?;
    project.allow_net.extend(args.allow_net.iter().cloned());
    let mut tests = cases::read(&project)?;
    if !args.no_checks {
        tests.extend(checks::of(&project));
    }
    if let Some(filter) = &args.filter {
        tests.retain(|test| test.name.contains(filter));
    }
    if tests.is_empty() {
        let message = "find a case: write one into cases.toml, or a known user into [test] of trickle.toml for the built-in checks";
        return Err(output::Mistake(message.to_owned()).into());
    }
    run::all(project, tests, args).await
}

/// Takes passwords out of what is printed.
fn masked(text: &str, secrets: &[Secret]) -> String {
    secrets
        .iter()
        .filter(|secret| secret.expose().len() > 3)
        .fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose(), "********")
        })
}
