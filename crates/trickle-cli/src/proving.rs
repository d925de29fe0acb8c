//! `trickle test`: cases and built-in checks over a folder of scripts.

mod cases;
mod checks;
mod coverage;
mod expectation;
mod fault;
mod faults;
mod handles;
mod redirect;
mod rename;
mod report;
mod run;
mod scripted;
mod snapshot;
mod step;
mod watch;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::builder::FalseyValueParser;
use trickle_jail::EgressRule;
use trickle_model::Secret;

pub use fault::{Fault, Proxy};
pub use redirect::redirected;

use self::{
    cases::Test,
    coverage::{Coverage, Covered},
    scripted::Scripted,
    snapshot::{Files, Mode},
};

use crate::{output, programs::WorkerArgs, project::Project};

/// Longer than all cases before one take.
const QUEUE_WAIT: Duration = Duration::from_mins(10);

/// What is tested, and how it is told.
#[derive(Clone, Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
#[command(
    after_help = "Example: trickle test scripts/ --filter login\n\nEnds with 0 where every case passed, with 1 where one failed, with 2 where there is nothing to test. A case without its snapshot writes it, but where CI is set.\nCases and checks: docs/reference/test-cases.md"
)]
pub struct Args {
    /// Folder with the scripts and trickle.toml
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Only cases whose name has this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only the cases of cases.toml, cases.json and cases.js, not the built-in checks
    #[arg(long)]
    no_checks: bool,
    /// Private address that scripts may reach, beside those of trickle.toml
    #[arg(long, value_name = "HOST:PORT")]
    allow_net: Vec<EgressRule>,
    /// Runs at a time
    #[arg(long, default_value_t = 8, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Say which statements of the scripts ran
    #[arg(long)]
    coverage: bool,
    /// Write which lines ran, as lcov does
    #[arg(long, value_name = "FILE")]
    lcov: Option<PathBuf>,
    /// Write what differs into the snapshots
    #[arg(long)]
    update: bool,
    /// Write no snapshot: a case whose own is missing fails
    #[arg(long, env = "CI", value_parser = FalseyValueParser::new())]
    ci: bool,
    /// Run again whenever a file changes
    #[arg(long)]
    watch: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value = "pretty", value_name = "FORMAT")]
    reporter: report::Format,
    #[command(flatten)]
    workers: WorkerArgs,
}

impl Args {
    const fn snapshots(&self) -> Mode {
        match (self.update, self.ci) {
            (true, _) => Mode::Update,
            (false, true) => Mode::Hold,
            (false, false) => Mode::Fill,
        }
    }
}

/// Runs all cases and prints their results.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    if args.watch {
        return watch::run(&args).await;
    }
    let results = once(&args).await?;
    report::print(args.reporter, &results);
    Ok(if results.done.iter().all(run::Done::passed) {
        output::SUCCESS
    } else {
        output::ANSWER_IS_NO
    })
}

/// What came of all cases.
struct Results {
    /// In the order of the cases.
    done: Vec<run::Done>,
    /// Snapshots that no case keeps any more, where all cases ran.
    obsolete: Vec<PathBuf>,
}

async fn once(args: &Args) -> anyhow::Result<Results> {
    let mut project = Project::read(&args.folder)?;
    project.allow_net.extend(args.allow_net.iter().cloned());
    let mut tests = cases::read(&project)?;
    let scripted = Scripted::of(&project)?;
    if !args.no_checks {
        tests.extend(checks::of(&project));
    }
    if let Some(filter) = &args.filter {
        tests.retain(|test| test.name.contains(filter));
    }
    if tests.is_empty() && scripted.is_none() {
        return Err(nothing(args));
    }
    let proxies = run::proxies(&project, &tests)?;
    let pool = args
        .workers
        .start(|config| {
            config.spares = 2;
            config.queue_wait = QUEUE_WAIT;
        })
        .await?;
    let coverage =
        (args.coverage || args.lcov.is_some()).then(|| Arc::new(Coverage::new(&project.scripts)));
    let runner = run::Runner {
        coverage: coverage.clone(),
        project,
        pool: pool.clone(),
        proxies,
        scripted,
        snapshots: args.snapshots(),
    };
    let done = in_pool(runner, tests, args).await;
    pool.shutdown(Duration::ZERO).await;
    if let Some(coverage) = coverage {
        tell(&coverage.covered(), args)?;
    }
    done
}

/// Says what ran.
fn tell(covered: &[Covered], args: &Args) -> anyhow::Result<()> {
    if args.coverage {
        for one in covered {
            eprintln!("{}", one.line());
        }
    }
    if let Some(file) = &args.lcov {
        std::fs::write(file, coverage::lcov(covered, &args.folder))
            .with_context(|| format!("write {}", file.display()))?;
    }
    Ok(())
}

/// What needs workers: the cases in JavaScript, and the runs.
async fn in_pool(
    mut runner: run::Runner,
    mut tests: Vec<Test>,
    args: &Args,
) -> anyhow::Result<Results> {
    if let Some(scripted) = &runner.scripted {
        let mut further = scripted.tests(&runner.pool, &runner.project).await?;
        if let Some(filter) = &args.filter {
            further.retain(|test| test.name.contains(filter));
        }
        let mut proxies = run::proxies(&runner.project, &further)?;
        runner.proxies.append(&mut proxies);
        // Before the built-in checks, as those of the other files.
        further.append(&mut tests);
        tests = further;
    }
    if tests.is_empty() {
        return Err(nothing(args));
    }
    let files = Files::of(&tests)?;
    let obsolete = match args.filter {
        Some(_) => Vec::new(),
        None => files.obsolete(&runner.project.folder),
    };
    let done = run::all(runner, tests, args.jobs).await?;
    Ok(Results { done, obsolete })
}

fn nothing(args: &Args) -> anyhow::Error {
    let message = match &args.filter {
        Some(filter) => format!("find a case whose name has {filter:?}"),
        None => "find a case: write one into cases.toml, or a known user into [test] of trickle.toml for the built-in checks".to_owned(),
    };
    output::Mistake(message).into()
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
