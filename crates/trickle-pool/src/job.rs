use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;
use trickle_model::{Binding, ExecutionReport, ExecutionRequest, Outcome, Timings};

/// A request on its way to a worker.
pub(crate) struct Job {
    pub request: ExecutionRequest,
    /// Dropped unanswered, it tells the caller that the pool is gone.
    pub reply: oneshot::Sender<ExecutionReport>,
    pub arrived: Instant,
}

impl Job {
    pub fn key(&self) -> Key {
        Key(Arc::clone(&self.request.binding))
    }

    /// Ends it before it had a worker.
    pub fn refuse(self, outcome: Outcome) {
        let timings = Timings {
            queue: self.arrived.elapsed(),
            ..Timings::default()
        };
        let report = ExecutionReport::without_worker(outcome, timings);
        // Nobody may be waiting any more.
        let _ = self.reply.send(report);
    }
}

/// What a worker is bound to: one revision of one connection of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Key(pub Arc<Binding>);

impl Key {
    /// Whether both are of one connection, of whatever revision.
    pub fn same_connection(&self, other: &Self) -> bool {
        self.0.connection == other.0.connection && self.0.tenant == other.0.tenant
    }

    pub fn same_tenant(&self, other: &Self) -> bool {
        self.0.tenant == other.0.tenant
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.0.revision == other.0.revision && self.same_connection(other)
    }
}
