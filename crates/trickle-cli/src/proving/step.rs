//! One run of a test.

use std::sync::Arc;

use serde_json::Value;
use trickle_model::{
    Binding, Clock as _, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, Outcome, SystemClock, TenantId,
};

use super::{
    cases::{Arguments, Step},
    fault::Fault,
    redirect,
    run::Runner,
};

/// The connection whose workers all steps share that need none of their own.
const SHARED: &str = "test";

/// Runs a step; `own` names the connection of its test, where it needs one.
pub async fn run(
    runner: &Runner,
    own: &str,
    step: &Step,
    earlier: &[ExecutionReport],
) -> ExecutionReport {
    let arguments = match &step.arguments {
        Arguments::Given(arguments) => arguments.clone(),
        Arguments::IdOf(index) => vec![id_of(earlier.get(*index))],
    };
    let differs = step.fault.is_some() || step.frame.is_some() || !step.configuration.is_empty();
    if differs {
        return execute(runner, step, arguments, own).await;
    }
    let report = execute(runner, step, arguments.clone(), SHARED).await;
    // Another case took the shared worker with it; this one is judged by itself.
    if matches!(report.outcome, Outcome::Crashed(_)) {
        return execute(runner, step, arguments, own).await;
    }
    report
}

/// Runs a step in a worker of this connection.
pub async fn execute(
    runner: &Runner,
    step: &Step,
    arguments: Vec<Value>,
    connection: &str,
) -> ExecutionReport {
    let binding = binding(runner, step, connection);
    let id = ExecutionId::generate(SystemClock.now(), &mut rand::rng());
    let mut report = runner
        .pool
        .execute(ExecutionRequest {
            id,
            binding: Arc::new(binding),
            action: step.action,
            arguments,
            context: step.context.clone(),
        })
        .await;
    if let Some(coverage) = &runner.coverage {
        coverage.hear(step.action, &mut report.console);
    }
    report
}

fn binding(runner: &Runner, step: &Step, connection: &str) -> Binding {
    let project = &runner.project;
    let mut binding = Binding {
        tenant: TenantId::from_text("test"),
        connection: ConnectionId::from_text(connection),
        revision: 0,
        scripts: project.scripts.clone(),
        configuration: project.configuration.clone(),
        node_version: NodeVersion::default(),
        limits: Limits::default(),
        allow_net: project.allow_net.iter().map(ToString::to_string).collect(),
        public_net: true,
        only_net: None,
    };
    binding.configuration.extend(step.configuration.clone());
    for (action, script) in &mut binding.scripts {
        let telling = runner.coverage.as_ref().and_then(|it| it.telling(*action));
        *script = telling.unwrap_or_else(|| std::mem::take(script));
    }
    if let (Some(frame), Some(script)) = (step.frame, binding.scripts.get_mut(&step.action)) {
        let text = script.trim_end_matches(|c: char| c.is_whitespace() || c == ';');
        *script = frame.replace("{{script}}", text);
    }
    if let Some(proxy) = step.fault.and_then(|fault| runner.proxies.get(&fault)) {
        let target = project.target.as_deref().unwrap_or_default();
        if let Ok(changed) = redirect::redirected(&binding.configuration, target, proxy.address()) {
            binding.configuration = changed;
        }
        binding.allow_net.push(proxy.address().to_string());
        if let Some(wall) = step.fault.and_then(Fault::wall) {
            binding.limits.wall = wall;
        }
    }
    binding
}

/// The id of a profile as `delete` gets it.
fn id_of(report: Option<&ExecutionReport>) -> Value {
    let Some(Outcome::Profile(profile)) = report.map(|report| &report.outcome) else {
        return Value::Null;
    };
    let value = profile.as_value();
    let id = if value["user_id"].is_null() {
        &value["id"]
    } else {
        &value["user_id"]
    };
    match id {
        Value::String(text) => text.strip_prefix("auth0|").unwrap_or(text).into(),
        other => other.to_string().into(),
    }
}
