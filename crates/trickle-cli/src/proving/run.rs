//! Runs tests in the pool that production uses, several at a time.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;
use trickle_model::{EmailRule, ExecutionReport, Outcome};
use trickle_pool::Pool;

use super::{
    cases::{Arguments, Further, Step, Test},
    coverage::Coverage,
    expectation::differences,
    fault::{Fault, Proxy},
    handles, masked, redirect,
    scripted::Scripted,
    snapshot::{self, Kept, Mode},
    step,
};
use crate::{progress::Progress, project::Project};

/// So often a script runs to see whether each run leaves a connection open.
const RUNS: usize = 5;

/// A client that ends its connection at its leisure has done so by then.
const SETTLING: Duration = Duration::from_millis(100);

/// A test that was run.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its name.
    pub name: String,
    /// The script of its first step.
    pub file: Option<PathBuf>,
    /// What did not hold; empty where it passed.
    pub defects: Vec<String>,
    /// What its scripts wrote to the console.
    pub console: Vec<String>,
    /// What became of its snapshot, where that was written.
    pub snapshot: Option<Kept>,
    /// How long it took.
    pub took: Duration,
}

impl Done {
    /// Whether everything held.
    pub fn passed(&self) -> bool {
        self.defects.is_empty()
    }
}

/// What all tests share.
#[derive(Debug)]
pub struct Runner {
    /// The scripts and what they are told.
    pub project: Project,
    /// Where they run.
    pub pool: Pool,
    /// Misbehaving stores.
    pub proxies: BTreeMap<Fault, Proxy>,
    /// The cases in JavaScript.
    pub scripted: Option<Scripted>,
    /// What ran, where it is asked for.
    pub coverage: Option<Arc<Coverage>>,
    /// Which snapshots may be written.
    pub snapshots: Mode,
}

/// A proxy for each fault of the tests; only in a runtime. What cannot be led to it is told before anything runs.
pub fn proxies(project: &Project, tests: &[Test]) -> anyhow::Result<BTreeMap<Fault, Proxy>> {
    let mut proxies = BTreeMap::new();
    let steps = tests.iter().flat_map(|test| &test.steps);
    for fault in steps.filter_map(|step| step.fault) {
        if let Entry::Vacant(place) = proxies.entry(fault) {
            let target = project.target.clone().unwrap_or_default();
            let proxy = Proxy::start(fault, &target)?;
            redirect::redirected(&project.configuration, &target, proxy.address())?;
            place.insert(proxy);
        }
    }
    Ok(proxies)
}

/// Runs all tests; the results are in the order of the tests.
pub async fn all(runner: Runner, tests: Vec<Test>, jobs: u16) -> anyhow::Result<Vec<Done>> {
    let progress = Arc::new(Progress::new("testing", tests.len()));
    let runner = Arc::new(runner);
    let slots = Arc::new(Semaphore::new(jobs.into()));
    let mut running = Vec::new();
    for (index, test) in tests.into_iter().enumerate() {
        let (runner, slots) = (Arc::clone(&runner), Arc::clone(&slots));
        let progress = Arc::clone(&progress);
        running.push(tokio::spawn(async move {
            let _slot = slots.acquire_owned().await;
            let done = runner.test(index, test).await;
            progress.advance();
            done
        }));
    }
    let mut results = Vec::new();
    for one in running {
        results.push(one.await?);
    }
    Ok(results)
}

impl Runner {
    async fn test(&self, index: usize, test: Test) -> Done {
        let begun = Instant::now();
        let own = format!("test-{index}");
        let mut found = match test.further {
            Further::Nothing => self.steps(&own, &test).await,
            Further::NothingLeftOpen => self.repeated(&own, &test).await,
        };
        for text in found.defects.iter_mut().chain(&mut found.console) {
            *text = masked(text, &test.secrets);
        }
        let folder = &self.project.folder;
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        Done {
            file: test
                .steps
                .first()
                .map(|step| folder.join(format!("{}.js", step.action))),
            defects: found.defects,
            console: found.console,
            snapshot: found.snapshot,
            took: begun.elapsed(),
            name: test.name,
        }
    }

    async fn steps(&self, own: &str, test: &Test) -> Found {
        let mut found = Found::default();
        let mut reports: Vec<ExecutionReport> = Vec::new();
        for (number, step) in test.steps.iter().enumerate() {
            let report = step::run(self, own, step, &reports).await;
            let mut defects = self.defects(step, &report, &reports);
            if let (Some(index), Some(scripted)) = (step.look, &self.scripted) {
                defects.extend(scripted.defects(&self.pool, index, &report).await);
            }
            // A profile that is wrong is none to keep.
            if let (true, true, Outcome::Profile(profile)) =
                (step.expect.snapshot, defects.is_empty(), &report.outcome)
            {
                let folder = &self.project.folder;
                let profile = profile.as_value();
                match snapshot::held(folder, &test.name, profile, self.snapshots) {
                    Ok(kept) => found.snapshot = kept,
                    Err(wrong) => defects.extend(wrong),
                }
            }
            if test.steps.len() > 1 {
                let place = format!("step {}, {}", number + 1, step.action);
                defects = defects
                    .iter()
                    .map(|one| format!("{place}: {one}"))
                    .collect();
            }
            let ended = !defects.is_empty();
            found.add(&report, defects);
            reports.push(report);
            // Later steps stand on earlier ones.
            if ended {
                break;
            }
        }
        found
    }

    /// The one step several times in a worker of its own, with a look at what is open after each.
    async fn repeated(&self, own: &str, test: &Test) -> Found {
        let mut found = Found::default();
        let mut open = Vec::new();
        let Some(step) = test.steps.first() else {
            return found;
        };
        let Arguments::Given(arguments) = &step.arguments else {
            return found;
        };
        for _ in 0..RUNS {
            let report = step::execute(self, step, arguments.clone(), own).await;
            tokio::time::sleep(SETTLING).await;
            open.extend(report.worker.and_then(handles::sockets));
            let defects = self.defects(step, &report, &[]);
            let ended = !defects.is_empty();
            found.add(&report, defects);
            if ended {
                return found;
            }
        }
        found.defects.extend(handles::defect(&open));
        found
    }

    fn defects(
        &self,
        step: &Step,
        report: &ExecutionReport,
        earlier: &[ExecutionReport],
    ) -> Vec<String> {
        // Only an expression can be put into a frame.
        let unframed = step.frame.is_some()
            && matches!(report.outcome.error(), Some(error) if error.name == "SyntaxError");
        if unframed {
            return Vec::new();
        }
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
            let (own, other) = (profile.as_value(), other.as_value());
            differences(other, own, "profile", &mut defects);
            differences(own, other, "login's profile", &mut defects);
        }
        defects
    }
}

/// What is wrong, and what was said.
#[derive(Default)]
struct Found {
    defects: Vec<String>,
    console: Vec<String>,
    snapshot: Option<Kept>,
}

impl Found {
    fn add(&mut self, report: &ExecutionReport, defects: Vec<String>) {
        self.defects.extend(defects);
        let lines = report.console.iter();
        self.console
            .extend(lines.map(|line| format!("console.{}  {}", line.level, line.text)));
    }
}
