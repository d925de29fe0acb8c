#![doc = include_str!("../README.md")]

mod bare_argon2;
mod benches;
mod caller;
mod home;
mod http;
mod machine;
mod node;
mod plain;
mod pool;
mod postgres;
mod row;
mod samples;
mod table;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use trickle_pool::{Pool, PoolConfig};

use crate::machine::Machine;
use crate::row::{Row, Unit};
use crate::samples::Samples;

/// Measures Trickle and prints a table
#[derive(Debug, clap::Parser)]
struct Args {
    /// Run only the benches with this in their names: warm-login, first-run, native-login, outage, timing, crowd, memory, pg-login, connect, jail, storm, user-search, management, harness, bulk-import
    filter: Option<String>,
    /// A fifth of the turns
    #[arg(long)]
    quick: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The worker program; `make bench` sets it
    #[arg(long, env = "TRICKLE_WORKER", value_name = "FILE")]
    worker: PathBuf,
    /// Folder of the packages that scripts can require; `make bench` sets it
    #[arg(long, env = "TRICKLE_MODULES", value_name = "DIR")]
    modules: PathBuf,
}

/// What all benches need.
struct Bench {
    worker: PathBuf,
    /// Folder of the packages that scripts can require.
    pub modules: PathBuf,
    /// Node.js, where there is one.
    pub node: Option<PathBuf>,
    quick: bool,
}

impl Bench {
    /// A pool of its own, as a server has it but for the change.
    pub async fn pool(&self, change: impl FnOnce(&mut PoolConfig)) -> anyhow::Result<Pool> {
        let mut config = PoolConfig::new(&self.worker, &self.modules);
        change(&mut config);
        Pool::start(config).await.context("start the workers")
    }

    /// So many turns, or a fifth of them.
    pub fn scaled(&self, turns: usize) -> usize {
        if self.quick { turns.div_ceil(5) } else { turns }
    }
}

fn main() -> anyhow::Result<()> {
    let subject = benches::connect::become_subject().or_else(plain::become_subject);
    if let Some(done) = subject {
        return done;
    }
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(measure());
    Ok(())
}

async fn measure() {
    let args = Args::parse();
    let machine = Machine::look();
    let bench = Bench {
        worker: args.worker,
        modules: args.modules,
        node: node::find(),
        quick: args.quick,
    };
    let mut rows = Vec::new();
    for named in benches::ALL {
        let is_wanted = |filter: &String| named.name.contains(filter.as_str());
        if !args.filter.as_ref().is_none_or(is_wanted) {
            continue;
        }
        eprintln!("{} …", named.name);
        match (named.run)(&bench).await {
            Ok(measured) => rows.extend(measured),
            Err(error) => rows.push(Row::missing(named.name, format!("{error:#}"))),
        }
    }
    let machine = machine.look_again();
    if args.json {
        table::print_json(&rows, &machine);
    } else {
        table::print(&rows, &machine);
    }
}

/// In milliseconds.
fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// As a figure.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn count(count: u64) -> f64 {
    count as f64
}

/// Per second.
fn rate(things: usize, time: Duration) -> f64 {
    count(things as u64) / time.as_secs_f64()
}
