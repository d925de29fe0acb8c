//! Running one script.

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::time::Instant;
use trickle_model::{
    Action, Binding, Connection, EventCode, ExecutionId, ExecutionReport, ExecutionRequest, Outage,
    Outcome, ScriptError, ScriptVersion, Secret, Timings,
};

use crate::{
    Caller, Engine,
    consequence::{Severity, severity},
    engine::entropy,
    journal::{Entry, keep_first_lines, other_versions},
    legacy::{Gate, Turn},
    rehearsal::{Beside, workers_of},
    scrub::Scrubber,
};

/// A run and what is known of it; nothing in it holds the typed password.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Names the run in logs.
    pub id: ExecutionId,
    /// Which version of the script ran; nothing where none ran or it has none.
    pub version: Option<u64>,
    /// How it went.
    pub report: ExecutionReport,
}

/// What to run.
pub(crate) struct Run<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) action: Action,
    pub(crate) arguments: Vec<Value>,
    pub(crate) context: Map<String, Value>,
    /// The password among the arguments.
    pub(crate) password: Option<&'a Secret>,
}

impl Engine {
    /// Runs a script and writes the line for it; a connection without that script has a defect.
    pub(crate) async fn run(&self, run: Run<'_>) -> Arc<Execution> {
        let id = ExecutionId::generate(self.parts.clock.now(), &mut entropy());
        let scripts = run.connection.scripts();
        let candidate = self
            .rolled_out(run.connection, run.action, &run.arguments)
            .await;
        let beside = Self::has_beside(run.connection, run.action).then(|| Beside {
            connection: run.connection.clone(),
            action: run.action,
            arguments: run.arguments.clone(),
            context: run.context.clone(),
            live: Outcome::Busy,
        });
        let mut report = if let Gate::Shut(_) = self.breakers.ask(&run.connection.id) {
            ExecutionReport::without_worker(shut(), Timings::default())
        } else if scripts.contains_key(&run.action) {
            let request = ExecutionRequest {
                id: id.clone(),
                binding: self.binding_with(run.connection, candidate.as_ref()),
                action: run.action,
                arguments: run.arguments,
                context: run.context,
            };
            let report = self.execute_in_turn(run.connection, request).await;
            self.tell_breaker(run.connection, &report.outcome).await;
            if let Some(mut beside) = beside {
                beside.live = report.outcome.clone();
                self.run_beside(beside);
            }
            report
        } else {
            ExecutionReport::without_worker(missing(run.action), Timings::default())
        };
        // Masking costs by the byte, and the log keeps no more.
        keep_first_lines(&mut report);
        let configuration = self.needles.of(run.connection).await;
        Scrubber::with(run.password, configuration).report(&mut report);
        let live = run.connection.live.get(&run.action);
        let version = candidate
            .map(|candidate| candidate.version)
            .or(live.map(|live| live.version));
        let execution = Execution {
            id,
            version,
            report,
        };
        trace(run.connection, run.action, &execution);
        self.warn_of_versions(run.connection, &execution).await;
        Arc::new(execution)
    }

    /// Not before the legacy store has room for it.
    async fn execute_in_turn(
        &self,
        connection: &Connection,
        request: ExecutionRequest,
    ) -> ExecutionReport {
        let began = Instant::now();
        let entered = self
            .bulkheads
            .enter(&connection.id, &connection.options)
            .await;
        let waited = began.elapsed();
        let Ok(_room) = entered else {
            let timings = Timings {
                queue: waited,
                ..Timings::default()
            };
            return ExecutionReport::without_worker(Outcome::Busy, timings);
        };
        let mut report = self.parts.runner.execute(request).await;
        report.timings.queue += waited;
        report
    }

    async fn tell_breaker(&self, connection: &Connection, outcome: &Outcome) {
        let description = match self.breakers.tell(&connection.id, outcome) {
            Turn::None => return,
            Turn::Opened(pause) => format!(
                "The legacy store is down; it is not asked for {} s",
                pause.as_secs()
            ),
            Turn::Closed => "The legacy store answers again".to_owned(),
        };
        tracing::warn!(
            tenant.id = %connection.tenant,
            connection.id = %connection.id,
            description,
            "circuit breaker turned"
        );
        self.log(Entry {
            code: EventCode::Warning,
            description,
            connection,
            caller: &Caller::default(),
            user: None,
            user_name: None,
            details: Map::new(),
        })
        .await;
    }

    /// A worker reports a package when it loads it first, so that this is said once in a worker's life.
    async fn warn_of_versions(&self, connection: &Connection, execution: &Execution) {
        let modules = other_versions(execution);
        if modules.is_empty() {
            return;
        }
        let mut details = Map::new();
        details.insert("execution_id".into(), execution.id.as_str().into());
        details.insert("modules".into(), modules.into());
        self.log(Entry {
            code: EventCode::Warning,
            description: "The script got another version of a package than it asked for".to_owned(),
            connection,
            caller: &Caller::default(),
            user: None,
            user_name: None,
            details,
        })
        .await;
    }

    /// With another version of a script in the place of the live one, on workers of its own.
    pub(crate) fn binding_with(
        &self,
        connection: &Connection,
        candidate: Option<&ScriptVersion>,
    ) -> Arc<Binding> {
        let mut binding = self.binding(connection);
        if let Some(candidate) = candidate {
            candidate.put_into(&mut binding.scripts);
            binding.connection = workers_of(&connection.id, candidate);
        }
        self.bindings.share(binding)
    }

    fn binding(&self, connection: &Connection) -> Binding {
        let configuration = connection
            .configuration
            .iter()
            .map(|(key, value)| (key.clone(), value.clear.clone()));
        Binding {
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            revision: connection.revision,
            scripts: connection.scripts(),
            configuration: configuration.collect(),
            node_version: connection.options.node_version(),
            limits: {
                let settings = &self.parts.settings;
                let asked = connection.options.limits();
                settings.limits.adjusted(&asked, &settings.limits_ceiling)
            },
            allow_net: [
                &self.parts.settings.allow_net[..],
                &connection.egress.allow[..],
            ]
            .concat(),
            public_net: connection.egress.public,
            only_net: connection.options.egress_only(),
        }
    }
}

/// A breaker's answer: nobody was asked.
fn shut() -> Outcome {
    Outcome::LegacyStoreDown(
        Outage::BreakerOpen,
        ScriptError {
            name: "Error".to_owned(),
            message: "it failed too often just now, so that it is not asked for a while; see docs/reference/limits.md"
                .to_owned(),
            ..ScriptError::default()
        },
    )
}

fn missing(action: Action) -> Outcome {
    Outcome::ScriptError(ScriptError {
        name: "Error".to_owned(),
        message: format!(
            "the connection has no {action} script; store one under options.{}",
            action.place()
        ),
        ..ScriptError::default()
    })
}

fn trace(connection: &Connection, action: Action, execution: &Execution) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                execution.id = %execution.id,
                tenant.id = %connection.tenant,
                connection.id = %connection.id,
                connection.revision = connection.revision,
                action = %action,
                outcome = execution.report.outcome.name(),
                queue_ms = millis(execution.report.timings.queue),
                boot_ms = millis(execution.report.timings.boot),
                script_ms = millis(execution.report.timings.script),
                worker.pid = execution.report.worker,
                "script ran"
            )
        };
    }
    match severity(&execution.report.outcome) {
        Severity::Info => line!(info),
        Severity::Warn => line!(warn),
    }
}

pub(crate) fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
