//! Debuggers of the worker that runs a script, on a developer's machine.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use trickle_model::Action;
use trickle_protocol::Debugger;

/// What debuggers do, by the number of each.
type FromDebuggers = (u64, Debugger);

/// What the worker says to a debugger, by its number: messages of the Chrome DevTools Protocol.
type ToDebuggers = (u64, String);

/// Lets debuggers into a pool's workers, for `PoolConfig::inspect`. Runs of its action wait for one, and stop at the script's first statement.
///
/// The first worker that is bound is the one that debuggers are led to.
#[derive(Debug)]
pub struct Inspect {
    action: Action,
    line: Mutex<Option<Line>>,
}

/// The debuggers' end. The worker has ended when nothing comes from it any more.
#[derive(Debug)]
pub struct DebuggerEnd {
    /// What debuggers do.
    pub to_worker: UnboundedSender<FromDebuggers>,
    /// What the worker says.
    pub from_worker: UnboundedReceiver<ToDebuggers>,
}

/// The worker's end.
#[derive(Debug)]
pub(crate) struct Line {
    from_debuggers: UnboundedReceiver<FromDebuggers>,
    to_debuggers: UnboundedSender<ToDebuggers>,
}

impl Inspect {
    /// For runs of `action`.
    pub fn new(action: Action) -> (Arc<Self>, DebuggerEnd) {
        let (to_worker, from_debuggers) = unbounded_channel();
        let (to_debuggers, from_worker) = unbounded_channel();
        let line = Line {
            from_debuggers,
            to_debuggers,
        };
        let inspect = Self {
            action,
            line: Mutex::new(Some(line)),
        };
        let end = DebuggerEnd {
            to_worker,
            from_worker,
        };
        (Arc::new(inspect), end)
    }

    /// Whose runs wait for a debugger.
    pub(crate) const fn action(&self) -> Action {
        self.action
    }

    /// Once, for the first who asks.
    pub(crate) fn take_line(&self) -> Option<Line> {
        self.line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Line {
    /// Tells a debugger what the worker says to it.
    pub fn tell(&self, session: u64, message: String) {
        // Without debuggers nobody listens.
        let _ = self.to_debuggers.send((session, message));
    }
}

/// What a debugger does next; never, where there can be none.
///
/// # Cancel safety
/// Cancel safe.
pub(crate) async fn next(line: &mut Option<Line>) -> FromDebuggers {
    if let Some(open) = line
        && let Some(heard) = open.from_debuggers.recv().await
    {
        return heard;
    }
    std::future::pending().await
}
