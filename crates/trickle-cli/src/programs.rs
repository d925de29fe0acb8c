//! Where the worker and its packages are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use trickle_pool::{MissingBarrier, Pool, PoolConfig};

/// What the pool is made of.
#[derive(Clone, Debug, clap::Args)]
pub struct WorkerArgs {
    /// The worker program; by default trickle-worker beside this program
    #[arg(long, env = "TRICKLE_WORKER", value_name = "FILE")]
    pub worker: Option<PathBuf>,
    /// Folder of the packages that scripts can require
    #[arg(long, env = "TRICKLE_MODULES", value_name = "DIR")]
    pub modules_dir: Option<PathBuf>,
    /// Which part of the jail the machine must have; without all of it, `full` does not start
    #[arg(
        long,
        env = "TRICKLE_REQUIRE_JAIL",
        value_enum,
        default_value_t,
        value_name = "WHAT"
    )]
    pub require_jail: RequireJail,
}

/// How much of the jail has to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RequireJail {
    /// What there is; the log says what is missing
    #[default]
    Any,
    /// All of it
    Full,
}

impl WorkerArgs {
    /// The pool's settings.
    pub fn pool_config(&self) -> anyhow::Result<PoolConfig> {
        let program = std::env::current_exe().context("find this program's own folder")?;
        let folder = program.parent().unwrap_or(Path::new("."));
        let worker = self
            .worker
            .clone()
            .unwrap_or_else(|| folder.join("trickle-worker"));
        let modules = self
            .modules_dir
            .clone()
            .unwrap_or_else(|| modules_dir(folder));
        Ok(PoolConfig::new(worker, modules))
    }

    /// A started pool.
    pub async fn start(&self, change: impl FnOnce(&mut PoolConfig)) -> anyhow::Result<Pool> {
        let mut config = self.pool_config()?;
        change(&mut config);
        let pool = Pool::start(config).await.context("start the workers")?;
        if self.require_jail == RequireJail::Full {
            let missing = missing(&pool).await;
            if !missing.is_empty() {
                pool.shutdown(Duration::ZERO).await;
                return Err(not_full(&missing));
            }
        }
        Ok(pool)
    }
}

/// What the machine does not give.
pub async fn missing(pool: &Pool) -> Vec<MissingBarrier> {
    let barriers = pool.snapshot().await.barriers;
    barriers
        .map(|barriers| barriers.missing())
        .unwrap_or_default()
}

fn not_full(missing: &[MissingBarrier]) -> anyhow::Error {
    let list: Vec<_> = missing
        .iter()
        .map(|barrier| format!("\n  {}: {}", barrier.name, barrier.lost))
        .collect();
    anyhow::anyhow!(
        "hold scripts in a full jail, which --require-jail=full asks for; this machine lacks:{}\n  docs/how-to/prepare-the-host.md tells how to get them",
        list.concat()
    )
}

/// Installed: `../share/trickle`. In a source tree: `sandbox/`.
fn modules_dir(program_folder: &Path) -> PathBuf {
    let installed = program_folder.join("../share/trickle/node_modules");
    if installed.is_dir() {
        return installed;
    }
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sandbox/node_modules")
}
