//! `trickle doctor`.

mod install;
mod machine;

use serde::Serialize;

use crate::{data_dir::StoreArgs, output, programs::WorkerArgs};

/// Arguments of the doctor.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: trickle doctor --data-dir ./data\n\nEnds with 1 where something would keep the server from working."
)]
pub struct Args {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    workers: WorkerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Ok,
    /// It works, and something is lost.
    Warning,
    /// The server will not work.
    Failure,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "FAILURE",
        }
    }
}

/// One thing that was looked at: `{"name":"kernel","state":"ok","detail":"Linux 6.12.0"}`.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    name: String,
    state: State,
    detail: String,
}

impl Finding {
    fn new(name: impl Into<String>, state: State, detail: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            state,
            detail: detail.into(),
        }
    }
}

/// Looks at everything, tells, and fails where the server would.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    let mut findings = machine::look();
    findings.extend(install::look_at_folder(&args.store.data_dir));
    findings.push(install::look_at_database(&args.store).await);
    findings.extend(install::look_at_workers(&args.workers).await);
    if args.json {
        output::json(&findings);
    } else {
        for finding in &findings {
            let (state, name) = (finding.state.word(), &finding.name);
            println!("{state:<8} {name:<18} {}", finding.detail);
        }
    }
    let fails = findings.iter().any(|f| f.state == State::Failure);
    Ok(if fails {
        output::ANSWER_IS_NO
    } else {
        output::SUCCESS
    })
}
