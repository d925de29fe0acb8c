use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use trickle_jail::Namespaces;
use trickle_model::Limits;

use crate::{Inspect, Wire};

/// How many workers there are, and for how long. Numbers below one count as one.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// Absolute path of the worker program.
    pub worker: PathBuf,
    /// Folder with the packages that scripts may load.
    pub modules_dir: PathBuf,
    /// V8 heap of a worker without a connection; that of its connection holds once it is bound.
    pub heap_bytes: usize,
    /// Private writable memory of a worker without a connection, as the kernel counts it. It is the most that a connection can
    /// have: when a worker is bound it is lowered to what the connection's limits make necessary, and never raised.
    pub data_limit_bytes: Option<u64>,
    /// Booted workers kept ready for connections that have none.
    pub spares: usize,
    /// Workers of one connection.
    pub workers_per_connection: usize,
    /// Runs that interleave in one worker.
    pub runs_per_worker: usize,
    /// Workers in all. One tenant gets half of them at most.
    pub max_workers: usize,
    /// Runs of one connection that wait for a worker.
    pub queue_per_connection: usize,
    /// Runs of one tenant that wait for a worker.
    pub queue_per_tenant: usize,
    /// Runs of one tenant that workers are at.
    pub runs_per_tenant: usize,
    /// How long a run waits for a worker.
    pub queue_wait: Duration,
    /// A bound worker without runs ends after this.
    pub idle: Duration,
    /// A bound worker ends after this, once its runs are done.
    pub max_age: Duration,
    /// A worker ends after this many runs.
    pub max_runs: u64,
    /// How long a worker may take to boot.
    pub boot_limit: Duration,
    /// What workers shall not share with the server, as far as the machine can do it.
    pub namespaces: Namespaces,
    /// Stands between workers and the network, on a developer's machine.
    pub wire: Option<Arc<dyn Wire>>,
    /// Lets debuggers into workers, on a developer's machine. A server has none: its workers are started without a way in.
    pub inspect: Option<Arc<Inspect>>,
}

impl PoolConfig {
    /// The defaults for this worker program.
    ///
    /// Life times are those of the sandbox that existing scripts were written for (idle, age). 1024 waiting runs are what
    /// 4 workers with 8 runs each finish within the waiting time when a run takes 150 ms.
    pub fn new(worker: impl Into<PathBuf>, modules_dir: impl Into<PathBuf>) -> Self {
        let heap_bytes = Limits::default().heap_bytes;
        let most = Limits::ceiling();
        Self {
            worker: worker.into(),
            modules_dir: modules_dir.into(),
            heap_bytes,
            data_limit_bytes: Some(Self::data_bytes(&most)),
            spares: 2,
            workers_per_connection: 4,
            runs_per_worker: 8,
            max_workers: 256,
            queue_per_connection: 1024,
            queue_per_tenant: 2048,
            runs_per_tenant: 256,
            queue_wait: Duration::from_secs(5),
            idle: Duration::from_mins(10),
            max_age: Duration::from_mins(20),
            max_runs: 10_000,
            boot_limit: Duration::from_secs(20),
            namespaces: Namespaces::all(),
            wire: None,
            inspect: None,
        }
    }

    /// Private memory of a worker under these limits, as the kernel counts it; for [`Self::data_limit_bytes`].
    pub const fn data_bytes(limits: &Limits) -> u64 {
        crate::worker::data_bytes(limits)
    }

    /// Workers that one tenant may hold.
    pub(crate) fn tenant_share(&self) -> usize {
        (self.max_workers / 2).max(1)
    }

    /// The same with workers that retire; a quarter is left to others.
    pub(crate) fn tenant_share_with_retiring(&self) -> usize {
        let share = self.tenant_share();
        share + (self.max_workers.saturating_sub(share) / 2).max(1)
    }
}
