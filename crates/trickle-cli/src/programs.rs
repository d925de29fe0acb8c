//! Where the worker and its packages are.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use trickle_pool::{Pool, PoolConfig};

/// What the pool is made of.
#[derive(Clone, Debug, clap::Args)]
pub struct WorkerArgs {
    /// The worker program; by default trickle-worker beside this program
    #[arg(long, env = "TRICKLE_WORKER", value_name = "FILE")]
    pub worker: Option<PathBuf>,
    /// Folder of the packages that scripts can require
    #[arg(long, env = "TRICKLE_MODULES", value_name = "DIR")]
    pub modules_dir: Option<PathBuf>,
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
        Pool::start(config).await.context("start the workers")
    }
}

/// Installed: `../share/trickle`. In a source tree: `sandbox/`.
fn modules_dir(program_folder: &Path) -> PathBuf {
    let installed = program_folder.join("../share/trickle/node_modules");
    if installed.is_dir() {
        return installed;
    }
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sandbox/node_modules")
}
