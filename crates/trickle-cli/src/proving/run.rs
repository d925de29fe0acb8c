//! Runs tests in the pool that production uses, several at a time.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::Semaphore;
use trickle_model::{
    Binding, Clock as _, ConnectionId, EmailRule, ExecutionId, ExecutionReport, ExecutionRequest,
    Limits, NodeVersion, Outcome, SystemClock, TenantId,
};
use trickle_pool::Pool;

use super::{
    Args,
    cases::{Arguments, Step, Test},
    expectation::differences,
    fault::{Fault, Proxy},
    masked, redirect, snapshot,
};
use crate::project::Project;

/// A run under a fault ends after this: longer than drivers need that load slowly and then try several times.
const FAULTY_WALL: Duration = Duration::from_secs(6);

/// Longer than all cases before this one take.
const QUEUE_WAIT: Duration = Duration::from_mins(10);

/// A test that was run.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its name.
    pub name: String,
    /// What did not hold; empty where it passed.
    pub defects: Vec<String>,
    /// What its scripts wrote to the console.
    pub console: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl Done {
    /// Whether everything held.
    pub fn passed(&self) -> bool {
        self.defects.is_empty()
    }
}

struct Runner {
    project: Project,
    pool: Pool,
    update: bool,
    proxies: BTreeMap<Fault, Proxy>,
}

/// Runs all tests; the results are in the order of the tests.
pub async fn all(project: Project, tests: Vec<Test>, args: &Args) -> anyhow::Result<Vec<Done>> {
    let mut proxies = BTreeMap::new();
    for fault in tests
        .iter()
        .flat_map(|test| &test.steps)
        .filter_map(|step| step.fault)
    {
        if !proxies.contains_key(&fault) {
            let target = project.target.clone().unwrap_or_default();
            let proxy = Proxy::start(fault, &target).await?;
            // What cannot be redirected is told before anything runs.
            redirect::redirected(&project.configuration, &target, proxy.address())?;
            proxies.insert(fault, proxy);
        }
    }
    let pool = args
        .workers
        .start(|config| {
            config.spares = 2;
            config.queue_wait = QUEUE_WAIT;
        })
        .await?;
    let runner = Arc::new(Runner {
        project,
        pool: pool.clone(),
        update: args.update,
        proxies,
    });
    let slots = Arc::new(Semaphore::new(args.jobs.into()));
    let mut running = Vec::new();
    for (index, test) in tests.into_iter().enumerate() {
        let (runner, slots) = (Arc::clone(&runner), Arc::clone(&slots));
        running.push(tokio::spawn(async move {
            let _slot = slots.acquire_owned().await;
            runner.test(index, test).await
        }));
    }
    let mut results = Vec::new();
    for one in running {
        results.push(one.await?);
    }
    pool.shutdown(Duration::ZERO).await;
    Ok(results)
}

impl Runner {
    async fn test(&self, index: usize, test: Test) -> Done {
        let begun = Instant::now();
        let mut reports: Vec<ExecutionReport> = Vec::new();
        let mut defects = Vec::new();
        let mut console = Vec::new();
        for (number, step) in test.steps.iter().enumerate() {
            let report = self.step(index, step, &reports).await;
            let mut found = self.defects(&test, step, &report, &reports);
            if test.steps.len() > 1 {
                let place = format!("step {}, {}", number + 1, step.action);
                found = found.iter().map(|one| format!("{place}: {one}")).collect();
            }
            console.extend(
                report
                    .console
                    .iter()
                    .map(|line| format!("console.{}  {}", line.level, line.text)),
            );
            let ended = !found.is_empty();
            defects.extend(found);
            reports.push(report);
            // Later steps stand on earlier ones.
            if ended {
                break;
            }
        }
        let clean = |texts: Vec<String>| {
            texts
                .iter()
                .map(|text| masked(text, &test.secrets))
                .collect()
        };
        Done {
            defects: clean(defects),
            console: clean(console),
            took: begun.elapsed(),
            name: test.name,
        }
    }

    fn defects(
        &self,
        test: &Test,
        step: &Step,
        report: &ExecutionReport,
        earlier: &[ExecutionReport],
    ) -> Vec<String> {
        let rule = if self.project.email_optional {
            EmailRule::Optional
        } else {
            EmailRule::Required
        };
        let mut defects = step.expect.defects(report, rule);
        let Outcome::Profile(profile) = &report.outcome else {
            return defects;
        };
        if let Some(Outcome::Profile(other)) = step
            .expect
            .same_as
            .and_then(|index| earlier.get(index))
            .map(|report| &report.outcome)
        {
            differences(
                other.as_value(),
                profile.as_value(),
                "profile",
                &mut defects,
            );
            differences(
                profile.as_value(),
                other.as_value(),
                "login's profile",
                &mut defects,
            );
        }
        if step.expect.snapshot {
            let folder = &self.project.folder;
            defects.extend(snapshot::defect(
                folder,
                &test.name,
                profile.as_value(),
                self.update,
            ));
        }
        defects
    }

    async fn step(
        &self,
        index: usize,
        step: &Step,
        earlier: &[ExecutionReport],
    ) -> ExecutionReport {
        let arguments = match &step.arguments {
            Arguments::Given(arguments) => arguments.clone(),
            Arguments::IdOf(index) => vec![id_of(earlier.get(*index))],
        };
        let own = format!("test-{index}");
        if step.fault.is_some() {
            return self.execute(step, arguments, &own).await;
        }
        let report = self.execute(step, arguments.clone(), "test").await;
        // Another case took the shared worker with it; this one is judged by itself.
        if matches!(report.outcome, Outcome::Crashed(_)) {
            return self.execute(step, arguments, &own).await;
        }
        report
    }

    async fn execute(
        &self,
        step: &Step,
        arguments: Vec<Value>,
        connection: &str,
    ) -> ExecutionReport {
        let mut binding = Binding {
            tenant: TenantId::from_text("test"),
            connection: ConnectionId::from_text(connection),
            revision: 0,
            scripts: self.project.scripts.clone(),
            configuration: self.project.configuration.clone(),
            node_version: NodeVersion::default(),
            limits: Limits::default(),
            allow_net: self
                .project
                .allow_net
                .iter()
                .map(ToString::to_string)
                .collect(),
            public_net: true,
            only_net: None,
        };
        if let Some(proxy) = step.fault.and_then(|fault| self.proxies.get(&fault)) {
            let target = self.project.target.as_deref().unwrap_or_default();
            if let Ok(changed) =
                redirect::redirected(&binding.configuration, target, proxy.address())
            {
                binding.configuration = changed;
            }
            binding.allow_net.push(proxy.address().to_string());
            if !matches!(step.fault, Some(Fault::Slow(_))) {
                binding.limits.wall = FAULTY_WALL;
            }
        }
        let id = ExecutionId::generate(SystemClock.now(), &mut rand::rng());
        self.pool
            .execute(ExecutionRequest {
                id,
                binding: Arc::new(binding),
                action: step.action,
                arguments,
                context: step.context.clone(),
            })
            .await
    }
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
