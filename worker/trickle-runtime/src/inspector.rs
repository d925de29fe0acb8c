//! Debuggers of a script, on a developer's machine.
//!
//! The engine makes an inspector in every isolate. What it does not have is a way to it: functions that open one are not in
//! `sandbox/ops.toml`, and nothing but [`Inspector`] makes a session. It exists only in a worker that was started with `--inspect`.

use std::{
    cell::Cell,
    collections::HashMap,
    rc::{Rc, Weak},
};

use deno_core::{
    InspectorSessionChannels, InspectorSessionKind, InspectorSessionProxy, JsRuntimeInspector,
    futures::{StreamExt as _, channel::mpsc},
};

/// The door to an isolate for debuggers, from another thread.
pub struct Inspector {
    door: mpsc::UnboundedSender<InspectorSessionProxy>,
    sessions: HashMap<u64, mpsc::UnboundedSender<String>>,
}

impl Inspector {
    /// The door of this inspector.
    pub fn new(inspector: &JsRuntimeInspector) -> Self {
        Self {
            door: inspector.get_session_sender(),
            sessions: HashMap::new(),
        }
    }

    /// A debugger comes. The future tells `say` what the engine says, until the debugger has gone.
    pub fn attach<S: Fn(String) + Send + 'static>(
        &mut self,
        session: u64,
        say: S,
    ) -> impl Future<Output = ()> + Send + use<S> {
        let (to_engine, from_debugger) = mpsc::unbounded();
        let (to_debugger, mut from_engine) = mpsc::unbounded();
        self.sessions.insert(session, to_engine);
        // It fails only when the isolate is gone, and the process with it.
        let _ = self.door.unbounded_send(InspectorSessionProxy {
            channels: InspectorSessionChannels::Regular {
                tx: to_debugger,
                rx: from_debugger,
            },
            kind: InspectorSessionKind::NonBlocking {
                wait_for_disconnect: false,
            },
        });
        async move {
            while let Some(message) = from_engine.next().await {
                say(message.content);
            }
        }
    }

    /// A debugger says something.
    pub fn hear(&self, session: u64, message: String) {
        if let Some(to_engine) = self.sessions.get(&session) {
            let _ = to_engine.unbounded_send(message);
        }
    }

    /// A debugger has gone; what it stopped goes on.
    pub fn detach(&mut self, session: u64) {
        self.sessions.remove(&session);
    }
}

/// What the first run of a script does: it waits until a debugger says that it is ready, and stops at its first statement.
pub struct FirstStop {
    inspector: Weak<JsRuntimeInspector>,
    action: String,
    is_due: Cell<bool>,
}

impl FirstStop {
    /// For runs of `action`. The isolate must be the only one that keeps its inspector.
    pub fn new(inspector: &Rc<JsRuntimeInspector>, action: String) -> Self {
        Self {
            inspector: Rc::downgrade(inspector),
            action,
            is_due: Cell::new(true),
        }
    }

    /// The next function that is called is the script of this action.
    pub fn before(&self, action: &str) {
        if action == self.action
            && self.is_due.replace(false)
            && let Some(inspector) = self.inspector.upgrade()
        {
            inspector.wait_for_session_and_break_on_next_statement();
        }
    }
}
