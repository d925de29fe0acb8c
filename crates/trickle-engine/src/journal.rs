//! Entries of the tenant's log.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use trickle_model::{
    ClientId, Connection, ConsoleLine, EgressLine, Event, EventCode, EventId, ExecutionReport,
    TenantId, UserId,
};
use trickle_store::{StoreError, Write};

use crate::{
    Engine,
    execution::{Execution, millis},
};

/// Most of a description that is kept: a script may write a novel.
const DESCRIPTION_MAX_CHARS: usize = 1_024;
/// Most of an identifier that is kept; an address has 254.
const USER_NAME_MAX_CHARS: usize = 256;

/// Most of a console that is kept, of all its lines together: all tenants share the log's disk.
const CONSOLE_MAX_BYTES: usize = 32 << 10;

/// Refused connections of a run that are kept.
const REFUSED_MAX: usize = 64;

/// Who called.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The client that asks.
    pub client: Option<ClientId>,
    /// Its address, or the one it speaks for.
    pub ip: Option<String>,
    /// Whether that is the person's own address: the browser's, or what an application vouched for.
    pub is_persons_address: bool,
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
}

/// What happened.
pub(crate) struct Entry<'a> {
    pub(crate) code: EventCode,
    pub(crate) description: String,
    pub(crate) connection: &'a Connection,
    pub(crate) caller: &'a Caller,
    pub(crate) user: Option<UserId>,
    pub(crate) user_name: Option<String>,
    pub(crate) details: Map<String, Value>,
}

impl Entry<'_> {
    pub(crate) fn into_event(self, id: EventId, now: Timestamp) -> Event {
        Event {
            id,
            tenant: self.connection.tenant.clone(),
            at: now,
            code: self.code,
            description: cut(&self.description),
            connection: Some(self.connection.id.clone()),
            client: self.caller.client.clone(),
            user: self.user,
            user_name: self
                .user_name
                .map(|name| name.chars().take(USER_NAME_MAX_CHARS).collect()),
            ip: self.caller.ip.clone(),
            user_agent: self.caller.user_agent.clone(),
            details: self.details,
        }
    }
}

/// `{"execution_id":…,"message":…,"script_line":7,"script_source":[…],"waiting":["…"],"latency":{…},"consoleOut":[{"level":"log","text":…}],
/// "egress":[{"target":"10.0.0.5:5432","name":"db.internal","decision":"allowed"}]}`.
pub(crate) fn execution_details(execution: &Execution, with_console: bool) -> Map<String, Value> {
    let report = &execution.report;
    let mut details = Map::new();
    details.insert("execution_id".into(), execution.id.as_str().into());
    details.insert("message".into(), cut(&report.sentence()).into());
    if let Some(error) = report.outcome.error() {
        for (name, value) in [("script_line", error.line), ("script_column", error.column)] {
            if let Some(value) = value {
                details.insert(name.into(), value.into());
            }
        }
        if !error.source.is_empty() {
            details.insert("script_source".into(), json!(error.source));
        }
    }
    details.insert(
        "latency".into(),
        json!({
            "queue_ms": millis(report.timings.queue),
            "boot_ms": millis(report.timings.boot),
            "script_ms": millis(report.timings.script),
        }),
    );
    if !report.egress.is_empty() {
        details.insert("egress".into(), egress(&report.egress));
    }
    if with_console && !report.console.is_empty() {
        details.insert("consoleOut".into(), console(&report.console));
    }
    if !report.waiting.is_empty() {
        details.insert("waiting".into(), json!(report.waiting));
    }
    if report.console_dropped > 0 {
        details.insert("console_dropped".into(), report.console_dropped.into());
    }
    details
}

/// Packages that a script asked for in one version and got in another.
pub(crate) fn other_versions(execution: &Execution) -> Vec<Value> {
    let modules = execution.report.modules.iter();
    let modules = modules.filter(|module| {
        // The first character may be the mark of a scope.
        let is_pinned = module.requested.rfind('@').is_some_and(|at| at > 0);
        is_pinned && module.requested != module.resolved
    });
    modules
        .map(|module| json!({"requested": module.requested, "resolved": module.resolved}))
        .collect()
}

/// The text, cut where it is too long to be kept.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(DESCRIPTION_MAX_CHARS).collect()
}

/// All that were allowed, and some of the others.
fn egress(lines: &[EgressLine]) -> Value {
    let mut refused = 0;
    let kept = lines.iter().filter(|line| {
        let is_refused = line.decision != "allowed";
        refused += usize::from(is_refused);
        !is_refused || refused <= REFUSED_MAX
    });
    kept.map(|line| json!(line)).collect()
}

/// Drops the lines of the console that the log does not keep.
pub(crate) fn keep_first_lines(report: &mut ExecutionReport) {
    let mut left = CONSOLE_MAX_BYTES;
    let fitting = report.console.iter().take_while(|line| {
        let rest = left.checked_sub(line.text.len());
        left = rest.unwrap_or(0);
        rest.is_some()
    });
    let kept = fitting.count();
    report.console_dropped += (report.console.len() - kept) as u64;
    report.console.truncate(kept);
}

fn console(lines: &[ConsoleLine]) -> Value {
    let lines = lines
        .iter()
        .map(|line| json!({"level": line.level, "text": line.text}));
    lines.collect()
}

impl Engine {
    /// Writes an entry. A log that cannot be written does not change an answer that is already decided.
    pub(crate) async fn log(&self, entry: Entry<'_>) {
        let now = self.parts.clock.now();
        let event = entry.into_event(self.event_ids.begin(now), now);
        self.write(event).await;
    }

    /// Entries of a tenant's log after one of them, oldest first; from the first where none is named. What others are about to add
    /// comes behind them, so that whoever reads on misses nothing that this server writes.
    ///
    /// # Errors
    /// It takes too long, or the store fails.
    pub async fn read_on(
        &self,
        tenant: &TenantId,
        last: Option<&EventId>,
        most: u64,
    ) -> Result<Vec<Event>, StoreError> {
        let horizon = self.event_ids.horizon(self.parts.clock.now());
        let store = &self.parts.store;
        store.events_between(tenant, last, &horizon, most).await
    }

    /// Writes an entry that no script and no connection's decision is behind, for example the exchange of credentials for a token.
    pub async fn log_exchange(
        &self,
        tenant: &TenantId,
        code: EventCode,
        description: impl Into<String>,
        caller: &Caller,
        about: ExchangeSubject,
    ) {
        let now = self.parts.clock.now();
        let event = Event {
            id: self.event_ids.begin(now),
            tenant: tenant.clone(),
            at: now,
            code,
            description: description.into(),
            connection: about.connection.map(|connection| connection.id.clone()),
            client: caller.client.clone(),
            user: about.user,
            user_name: about.user_name,
            ip: caller.ip.clone(),
            user_agent: caller.user_agent.clone(),
            details: Map::new(),
        };
        self.write(event).await;
    }

    async fn write(&self, event: Event) {
        let record = vec![Write::Event(Box::new(event))];
        self.recorder.push(record, None).await;
    }
}

/// Whom and what an exchange was about.
#[derive(Clone, Debug, Default)]
pub struct ExchangeSubject {
    /// The connection.
    pub connection: Option<std::sync::Arc<Connection>>,
    /// The user.
    pub user: Option<UserId>,
    /// What was typed as identifier.
    pub user_name: Option<String>,
}
