use std::collections::BTreeMap;
use std::time::Duration;

use trickle_model::{ConnectionId, TenantId};

use crate::barriers::Barriers;

/// What the pool looks like at one moment.
#[derive(Clone, Debug, Default)]
pub struct PoolSnapshot {
    /// Every worker whose process is not known to be gone.
    pub workers: Vec<WorkerInfo>,
    /// Runs that wait for a worker.
    pub queued: usize,
    /// Workers started so far.
    pub started: u64,
    /// Workers ended so far, by the way: `boot_failed`, `exited`, `signalled`, `wall_limit`, `heap_limit`, `bad_frame`, `bad_message`,
    /// `closed_socket`, `stuck`, `descriptors`, `idle`, `aged`, `worn`, `retired`, `stopped`, `unmanageable`.
    pub ended: BTreeMap<&'static str, u64>,
    /// What holds the workers. `None` before the first boot.
    pub barriers: Option<Barriers>,
}

impl PoolSnapshot {
    /// Number of workers in this state.
    pub fn count(&self, state: WorkerState) -> usize {
        self.workers.iter().filter(|w| w.state == state).count()
    }

    /// Number of workers that are ready to be bound.
    pub fn spares(&self) -> usize {
        self.count(WorkerState::Spare)
    }

    /// Number of runs that workers are at.
    pub fn in_flight(&self) -> usize {
        self.workers.iter().map(|worker| worker.in_flight).sum()
    }
}

/// One worker.
#[derive(Clone, Debug)]
pub struct WorkerInfo {
    /// Process id; `None` while it boots.
    pub pid: Option<u32>,
    /// Where it stands in its life.
    pub state: WorkerState,
    /// Whose scripts it runs.
    pub bound_to: Option<BoundTo>,
    /// Runs that it has not answered.
    pub in_flight: usize,
    /// Runs it was given.
    pub runs: u64,
    /// Time since it was started.
    pub age: Duration,
}

/// Whose scripts a worker runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundTo {
    /// The tenant.
    pub tenant: TenantId,
    /// The connection.
    pub connection: ConnectionId,
    /// Revision of its scripts and settings.
    pub revision: u64,
}

/// Where a worker stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerState {
    /// Started, not yet ready.
    Booting,
    /// Ready for any connection.
    Spare,
    /// Takes runs of one connection.
    Bound,
    /// Takes no more runs, finishes those it has.
    Retiring,
}
