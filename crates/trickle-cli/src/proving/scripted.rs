//! The cases of `cases.js`, which runs in the sandbox as the scripts do.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_model::{
    Action, Binding, Clock as _, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest,
    Limits, NodeVersion, Outcome, SystemClock, TenantId,
};
use trickle_pool::Pool;

use super::cases::{Case, Test, test};
use crate::{output::Mistake, project::Project};

/// The file's name.
const FILE: &str = "cases.js";

/// `cases.js`, ready to be asked.
#[derive(Clone, Debug)]
pub struct Scripted(Arc<Binding>);

/// A case, and whether its `expect` is a function.
#[derive(Debug, Deserialize)]
struct Listed {
    case: Value,
    looks: bool,
}

impl Scripted {
    /// Reads the file; `None` where there is none.
    pub fn of(project: &Project) -> anyhow::Result<Option<Self>> {
        let path = project.folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        };
        let script = include_str!("cases.js").replace("{{text}}", &text);
        Ok(Some(Self(Arc::new(Binding {
            tenant: TenantId::from_text("test"),
            connection: ConnectionId::from_text("cases"),
            revision: 0,
            scripts: BTreeMap::from([(Action::Verify, script)]),
            configuration: project.configuration.clone(),
            node_version: NodeVersion::default(),
            limits: Limits::default(),
            allow_net: Vec::new(),
            public_net: false,
            only_net: None,
        }))))
    }

    /// Its cases.
    pub async fn tests(&self, pool: &Pool, project: &Project) -> anyhow::Result<Vec<Test>> {
        let listed = match self.ask(pool, json!({})).await {
            Outcome::Done(value) => serde_json::from_value::<Vec<Listed>>(value)
                .map_err(|error| Mistake(format!("read {FILE}: {error}")))?,
            other => return Err(Mistake(format!("read {FILE}: {other}")).into()),
        };
        let cases = listed.into_iter().enumerate();
        cases
            .map(|(index, Listed { case, looks })| {
                let case: Case = serde_json::from_value(case).map_err(|error| {
                    Mistake(format!("read case {} of {FILE}: {error}", index + 1))
                })?;
                let name = case.name.clone();
                let mut test = test(case, project).with_context(|| {
                    format!("take the case {name:?}, case {} of {FILE}", index + 1)
                })?;
                for step in test.steps.iter_mut().filter(|_| looks) {
                    step.look = Some(index);
                    step.expect.outcome.admit_all();
                }
                Ok(test)
            })
            .collect()
    }

    /// What the `expect` of a case has against a run.
    pub async fn defects(
        &self,
        pool: &Pool,
        index: usize,
        report: &ExecutionReport,
    ) -> Vec<String> {
        let (profile, result) = match &report.outcome {
            Outcome::Profile(profile) => (profile.as_value().clone(), Value::Null),
            Outcome::Done(value) => (Value::Null, value.clone()),
            _ => (Value::Null, Value::Null),
        };
        let console: Vec<&str> = report.console.iter().map(|line| &*line.text).collect();
        let run = json!({
            "outcome": report.outcome.name(),
            "profile": profile,
            "result": result,
            "error": report.outcome.error(),
            "console": console,
            "took_ms": u64::try_from(report.timings.script.as_millis()).unwrap_or(u64::MAX),
        });
        match self.ask(pool, json!({ "index": index, "run": run })).await {
            Outcome::Done(Value::Array(said)) => said
                .iter()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                .collect(),
            other => vec![format!("expect of {FILE}: {other}")],
        }
    }

    async fn ask(&self, pool: &Pool, question: Value) -> Outcome {
        let request = ExecutionRequest {
            id: ExecutionId::generate(SystemClock.now(), &mut rand::rng()),
            binding: Arc::clone(&self.0),
            action: Action::Verify,
            arguments: vec![question],
            context: Map::new(),
        };
        pool.execute(request).await.outcome
    }
}
