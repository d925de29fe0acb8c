//! One run of one script.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Action, ConnectionId, ExecutionId, Limits, NodeVersion, Outcome, ScriptError, Secret, TenantId,
};

/// All that a worker is given of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The tenant, for fair sharing.
    pub tenant: TenantId,
    /// The connection whose scripts the worker runs, and no other's.
    pub connection: ConnectionId,
    /// Grows with every change of scripts or settings; workers of an older revision retire.
    pub revision: u64,
    /// The scripts, byte for byte.
    pub scripts: BTreeMap<Action, String>,
    /// The `configuration` global.
    pub configuration: BTreeMap<String, Secret>,
    /// What `process.version` says.
    pub node_version: NodeVersion,
    /// Limits of its workers.
    pub limits: Limits,
    /// Private addresses that it may reach, as `HOST:PORT` or `CIDR`.
    pub allow_net: Vec<String>,
    /// Whether it may reach public addresses without a rule.
    pub public_net: bool,
    /// What is left of both: only what one of these rules matches. `None` leaves all.
    pub only_net: Option<Vec<String>>,
}

/// An order to run a script.
#[derive(Clone)]
pub struct ExecutionRequest {
    /// Names the run in logs.
    pub id: ExecutionId,
    /// The connection.
    pub binding: Arc<Binding>,
    /// Which of its scripts.
    pub action: Action,
    /// The documented arguments without `context` and callback.
    pub arguments: Vec<Value>,
    /// `context`, for scripts that declare it.
    pub context: Map<String, Value>,
}

impl std::fmt::Debug for ExecutionRequest {
    /// Arguments hold passwords and stay hidden.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExecutionRequest")
            .field("id", &self.id)
            .field("connection", &self.binding.connection)
            .field("action", &self.action)
            .finish_non_exhaustive()
    }
}

/// The first call of the callback: `{"error": …, "value": …}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// A truthy first argument.
    pub error: Option<ScriptError>,
    /// The second argument, as JSON carries it.
    #[serde(default)]
    pub value: Value,
}

/// One call of `console`: `{"level":"log","text":"…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleLine {
    /// `debug`, `log`, `info`, `warn` or `error`.
    pub level: String,
    /// The formatted arguments.
    pub text: String,
}

/// A package that a script asked for: `{"requested":"pg@8.7.1","resolved":"pg@8.16.3"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedModule {
    /// What stood in `require`.
    pub requested: String,
    /// What it got.
    pub resolved: String,
}

/// A decision about a connection or a name: `{"target":"10.0.0.5:5432","name":"db.internal","decision":"allowed"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EgressLine {
    /// `IP:PORT` of a connection, or the name that was asked for.
    pub target: String,
    /// The name that led to that address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `allowed`, or why it was refused: `private`, `metadata`, `closed`, `not_listed`, `too_many`, `too_many_at_once`,
    /// `too_many_names`.
    pub decision: String,
}

/// Where the time of a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Waiting for a worker.
    pub queue: Duration,
    /// Starting a worker, zero where one was ready.
    pub boot: Duration,
    /// From the order to the answer, the loading of modules included.
    pub script: Duration,
}

/// All that is known of a run after it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecutionReport {
    /// How it ended.
    pub outcome: Outcome,
    /// What it wrote to the console.
    pub console: Vec<ConsoleLine>,
    /// Lines beyond the limit.
    pub console_dropped: u64,
    /// Packages that it loaded first in this worker.
    pub modules: Vec<LoadedModule>,
    /// What an unanswered run was waiting for, in the worker's words.
    pub waiting: Vec<String>,
    /// What was decided about its connections and names, oldest first; the last 1024 of its worker at most, equal refusals once.
    pub egress: Vec<EgressLine>,
    /// Where the time went.
    pub timings: Timings,
    /// Process id of the worker, where one was had.
    pub worker: Option<u32>,
}

impl ExecutionReport {
    /// A run that never reached a worker.
    pub fn without_worker(outcome: Outcome, timings: Timings) -> Self {
        Self {
            outcome,
            console: Vec::new(),
            console_dropped: 0,
            modules: Vec::new(),
            waiting: Vec::new(),
            egress: Vec::new(),
            timings,
            worker: None,
        }
    }

    /// The outcome in one sentence, with what the run was waiting for.
    pub fn sentence(&self) -> String {
        if self.waiting.is_empty() {
            return self.outcome.to_string();
        }
        format!(
            "{}; it waited for {}",
            self.outcome,
            self.waiting.join("; ")
        )
    }
}
