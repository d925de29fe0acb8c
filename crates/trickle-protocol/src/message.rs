//! The messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trickle_model::{
    Action, Answer, ConsoleLine, LimitKind, Limits, LoadedModule, NodeVersion, Secret,
};

use crate::names::{NameAnswer, NameQuestion};

/// Version of the messages; a worker of another version is not used.
pub const VERSION: u32 = 4;

/// From the pool to a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ToWorker {
    /// Become the worker of one connection; sent once.
    Bind(Bind),
    /// Run a script.
    Run(Run),
    /// The answer to [`ToPool::Ask`].
    Named {
        /// Its number.
        question: u64,
        /// What was found.
        answer: NameAnswer,
    },
    /// A debugger; only to a worker that was started for one.
    Inspect {
        /// Which of them.
        session: u64,
        /// What it does.
        debugger: Debugger,
    },
}

/// What a debugger does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Debugger {
    /// It has come.
    Attached,
    /// It said this, a message of the Chrome DevTools Protocol.
    Said(String),
    /// It has gone.
    Gone,
}

impl std::fmt::Debug for Debugger {
    /// What it says may have a password in it, and stays hidden.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Attached => "Attached",
            Self::Said(_) => "Said(…)",
            Self::Gone => "Gone",
        })
    }
}

/// All that a worker learns of its connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bind {
    /// The scripts, byte for byte.
    pub scripts: BTreeMap<Action, String>,
    /// The `configuration` global.
    pub configuration: BTreeMap<String, Secret>,
    /// What `process.version` says.
    pub node_version: NodeVersion,
    /// Limits that the worker itself keeps: CPU, heap, buffers, answer, console, grace.
    pub limits: Limits,
}

/// An order to run a script.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Unique in this worker.
    pub run: u64,
    /// Random; comes back with the answer.
    pub token: u64,
    /// Which script.
    pub action: Action,
    /// Its arguments without `context` and callback.
    pub arguments: Vec<Value>,
    /// `context`, for scripts that declare it.
    pub context: Map<String, Value>,
}

impl std::fmt::Debug for Run {
    /// Arguments hold passwords and stay hidden.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Run({}, {})", self.run, self.action)
    }
}

/// From a worker to the pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ToPool {
    /// The isolate is up and waits to be bound.
    Ready {
        /// The worker's [`VERSION`].
        version: u32,
    },
    /// The scripts and the configuration have arrived.
    Bound,
    /// A script wrote to the console; without a run where that is not known.
    Console {
        /// The run.
        run: Option<u64>,
        /// What it wrote.
        line: ConsoleLine,
    },
    /// A script loaded a package.
    Module {
        /// The run.
        run: Option<u64>,
        /// The package.
        module: LoadedModule,
    },
    /// A run has its result; only the first one with the right token counts.
    Answered {
        /// The run.
        run: u64,
        /// As in [`Run::token`].
        token: u64,
        /// The result.
        reply: Reply,
        /// Console lines beyond the limit.
        console_dropped: u64,
    },
    /// A run has no answer shortly before its wall time is over, or none any more.
    Waiting {
        /// The run.
        run: u64,
        /// What it waits for, one place an item.
        places: Vec<String>,
    },
    /// What is known of a name? Answered by [`ToWorker::Named`], in any order.
    Ask {
        /// Any number that is not in use.
        question: u64,
        /// The question.
        about: NameQuestion,
    },
    /// Nothing of the run is left, or its grace period is over.
    Settled {
        /// The run.
        run: u64,
    },
    /// A limit was reached, and the script was stopped; the worker ends itself after this.
    OverLimit {
        /// Which limit.
        kind: LimitKind,
        /// Whose code it was, where that is known.
        run: Option<u64>,
        /// What was used, in the unit of the limit.
        used: u64,
    },
    /// An answer or an event for a debugger; only from a worker that was started for one.
    Inspected {
        /// Which of them.
        session: u64,
        /// A message of the Chrome DevTools Protocol.
        message: String,
    },
}

/// The result of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The callback was called, or the script threw.
    Answer(Box<Answer>),
    /// The callback was called with something that cannot be carried, and why.
    Unusable(String),
    /// A limit of the run alone was reached: of its answer or its console.
    OverLimit {
        /// Which limit.
        kind: LimitKind,
        /// What was used, in the unit of the limit.
        used: u64,
    },
    /// Nothing is left to run and the callback was not called.
    Nothing,
}
