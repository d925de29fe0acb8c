use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant};
use trickle_jail::Launcher;
use trickle_model::{ConnectionId, ExecutionReport, ExecutionRequest, Outcome, Timings};

use crate::PoolConfig;
use crate::dispatcher::{Dispatcher, Order};
use crate::job::Job;
use crate::names::NameDesk;
use crate::snapshot::PoolSnapshot;
use crate::tenants::Tenants;
use crate::worker::{BootError, Supplies};

/// Control socket, pipes, pidfds, listener: what the supervisor holds of one worker.
const DESCRIPTORS_OF_A_WORKER: usize = 8;
/// For requests, the store and files.
const DESCRIPTORS_BESIDE: usize = 1_024;

/// Why a pool did not start. No process is left.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no worker program.
    #[error(
        "find the worker program {path}; build or install trickle-worker, or name another by --worker (TRICKLE_WORKER)"
    )]
    Worker {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The worker program is not a program.
    #[error("use {path} as the worker program: it is not an executable file")]
    NotExecutable {
        /// Its path.
        path: PathBuf,
    },
    /// There is no folder of packages.
    #[error(
        "find the sandbox's packages in {path}; `make modules` installs them, or name another folder by --modules-dir (TRICKLE_MODULES)"
    )]
    Modules {
        /// Where they should be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There can be no further thread.
    #[error("start the launcher's thread")]
    Launcher(#[source] io::Error),
    /// The first worker did not get ready.
    #[error("boot {path} as the first worker")]
    Boot {
        /// The worker program.
        path: PathBuf,
        /// What became of it.
        source: BootError,
    },
}

/// Runs scripts in worker processes. A handle: clones share the workers, which end when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Pool {
    orders: UnboundedSender<Order>,
}

impl Pool {
    /// Starts the pool with one worker ready; further spares come in the background.
    ///
    /// # Errors
    /// See [`StartError`].
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn start(config: PoolConfig) -> Result<Self, StartError> {
        let worker = find_program(config.worker)?;
        let modules_dir = find_folder(config.modules_dir)?;
        make_room_for_descriptors(config.max_workers);
        let supplies = Supplies {
            launcher: Launcher::start(config.namespaces).map_err(StartError::Launcher)?,
            names: NameDesk::from_system(config.wire.clone()),
            tenants: Tenants::default(),
            config: PoolConfig {
                worker,
                modules_dir,
                ..config
            },
        };
        let supplies = Arc::new(supplies);
        let mut dispatcher = Dispatcher::new(Arc::clone(&supplies));
        let first = dispatcher.first_boot().await;
        first.map_err(|source| StartError::Boot {
            path: supplies.config.worker.clone(),
            source,
        })?;
        let (orders, obeyed) = unbounded_channel();
        tokio::spawn(dispatcher.run(obeyed));
        Ok(Self { orders })
    }

    /// Runs a script and tells how that ended, within the queue's and the run's time limits.
    ///
    /// A worker that has to be killed takes its other runs with it: they are of the same connection, and end as
    /// [`Outcome::Crashed`] with that reason. They are not repeated, because a script may have written to the legacy store.
    ///
    /// # Cancel safety
    /// A run that has begun goes on and its report is dropped; one that has not is forgotten.
    pub async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        let arrived = Instant::now();
        let (reply, report) = oneshot::channel();
        let job = Job {
            request,
            reply,
            arrived,
        };
        // Not kept: what could not be sent holds the sender that `report` waits for.
        let is_ordered = self.orders.send(Order::Execute(job)).is_ok();
        let outcome = match report.await {
            Ok(report) => return report,
            Err(_) if is_ordered => Outcome::Crashed("the pool ended".to_owned()),
            Err(_) => Outcome::Busy,
        };
        let timings = Timings {
            queue: arrived.elapsed(),
            ..Timings::default()
        };
        ExecutionReport::without_worker(outcome, timings)
    }

    /// Gives the connection's workers no more runs; they end when those they have are done. For changes of scripts and settings, and
    /// for removed connections.
    pub async fn retire(&self, connection: &ConnectionId) {
        let (reply, done) = oneshot::channel();
        let _ = self.orders.send(Order::Retire(connection.clone(), reply));
        // An error means that there are no workers at all.
        let _ = done.await;
    }

    /// What the pool looks like now; empty after its end.
    pub async fn snapshot(&self) -> PoolSnapshot {
        let (reply, snapshot) = oneshot::channel();
        let _ = self.orders.send(Order::Snapshot(reply));
        snapshot.await.unwrap_or_default()
    }

    /// Ends the pool: new and waiting runs are refused at once, those that have begun may finish within `limit`, then every worker
    /// is killed. Returns when no process is left.
    pub async fn shutdown(self, limit: Duration) {
        let (reply, done) = oneshot::channel();
        let _ = self.orders.send(Order::Shutdown(limit, reply));
        // An error means that the pool has ended already.
        let _ = done.await;
    }
}

/// A server without descriptors takes no connection and starts no worker, for no tenant.
fn make_room_for_descriptors(workers: usize) {
    let wanted = (DESCRIPTORS_OF_A_WORKER * workers + DESCRIPTORS_BESIDE) as u64;
    match trickle_jail::raise_descriptor_limit() {
        Ok(limit) if limit.is_none_or(|limit| limit >= wanted) => {}
        Ok(limit) => tracing::warn!(
            limit,
            wanted,
            "too few descriptors for this many workers; raise the hard limit (ulimit -Hn, LimitNOFILE)"
        ),
        Err(error) => tracing::warn!(%error, "failed to raise the limit of descriptors"),
    }
}

fn find_program(path: PathBuf) -> Result<PathBuf, StartError> {
    let found = path
        .canonicalize()
        .and_then(|path| Ok((path.metadata()?, path)));
    match found {
        Err(source) => Err(StartError::Worker { path, source }),
        Ok((kind, path)) if kind.is_file() && kind.permissions().mode() & 0o111 != 0 => Ok(path),
        Ok((_, path)) => Err(StartError::NotExecutable { path }),
    }
}

/// Absolute, because workers start in `/`.
fn find_folder(path: PathBuf) -> Result<PathBuf, StartError> {
    match path.canonicalize().and_then(|path| list(&path)) {
        Ok(path) => Ok(path),
        Err(source) => Err(StartError::Modules { path, source }),
    }
}

fn list(path: &Path) -> io::Result<PathBuf> {
    std::fs::read_dir(path).map(|_| path.to_owned())
}
