//! The first limit that a worker reached; there is no second.

use std::sync::{Arc, OnceLock};

use deno_core::v8::IsolateHandle;
use trickle_model::LimitKind;

/// A limit of the worker, and what was used of it.
#[derive(Clone, Copy, Debug)]
pub struct Breach {
    /// Which limit.
    pub kind: LimitKind,
    /// In its unit.
    pub used: u64,
}

/// Where a breach is noted, from any thread.
#[derive(Clone, Debug, Default)]
pub struct Breaches(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    first: OnceLock<Breach>,
    isolate: OnceLock<IsolateHandle>,
}

impl Breaches {
    /// Whose scripts are stopped by a breach.
    pub fn watch(&self, isolate: IsolateHandle) {
        // There is one isolate.
        let _ = self.0.isolate.set(isolate);
    }

    /// Notes a breach and stops the script. False when one was noted before.
    pub fn note(&self, kind: LimitKind, used: u64) -> bool {
        let is_first = self.0.first.set(Breach { kind, used }).is_ok();
        self.stop();
        is_first
    }

    /// Stops the script that runs. One that starts just then may escape, so that this is repeated until nothing runs.
    pub fn stop(&self) {
        if let Some(isolate) = self.0.isolate.get() {
            isolate.terminate_execution();
        }
    }

    /// Lets code run again: the host's own, which tells whose code was stopped.
    pub fn resume(&self) {
        if let Some(isolate) = self.0.isolate.get() {
            isolate.cancel_terminate_execution();
        }
    }

    /// The breach.
    pub fn get(&self) -> Option<Breach> {
        self.0.first.get().copied()
    }
}
