use std::collections::BTreeMap;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant};
use trickle_model::{
    Action, Binding, ConsoleLine, ExecutionReport, LimitBreach, LimitKind, Limits, LoadedModule,
    Outcome, Timings,
};
use trickle_protocol::{Reply, Run};

use crate::job::Job;

/// Beyond these a worker's words are cut: no console level and no package name is longer, no script loads more packages.
const LEVEL_BYTES: usize = 8;
const MODULE_BYTES: usize = 256;
const MODULES: usize = 128;
/// Places that a run waits at, and the length of each.
const PLACES: usize = 8;
const PLACE_BYTES: usize = 256;

/// After its grace period a run has this long to be reported as settled. The worker's event loop only has to turn once for it.
const SETTLE_SLACK: Duration = Duration::from_secs(1);

/// The runs of one worker.
pub(super) struct Runs {
    limits: Limits,
    tokens: StdRng,
    next: u64,
    in_flight: BTreeMap<u64, Running>,
    /// Answered, with the time until which they may go on.
    unsettled: BTreeMap<u64, Instant>,
}

struct Running {
    reply: oneshot::Sender<ExecutionReport>,
    action: Action,
    binding: Arc<Binding>,
    token: u64,
    began: Instant,
    report: ExecutionReport,
}

impl Runs {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            tokens: StdRng::from_os_rng(),
            next: 1,
            in_flight: BTreeMap::new(),
            unsettled: BTreeMap::new(),
        }
    }

    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether nothing of any run is left.
    pub fn is_empty(&self) -> bool {
        self.in_flight.is_empty() && self.unsettled.is_empty()
    }

    /// Registers a job and gives the order for it.
    pub fn begin(&mut self, job: Job, boot: Duration, pid: u32) -> Run {
        let run = self.next;
        self.next += 1;
        let token = self.tokens.random();
        let began = Instant::now();
        let waited = began.saturating_duration_since(job.arrived);
        let timings = Timings {
            queue: waited.saturating_sub(boot),
            boot,
            script: Duration::ZERO,
        };
        let action = job.request.action;
        let running = Running {
            reply: job.reply,
            action,
            binding: Arc::clone(&job.request.binding),
            token,
            began,
            report: ExecutionReport {
                worker: Some(pid),
                ..ExecutionReport::without_worker(Outcome::DidNotAnswer, timings)
            },
        };
        self.in_flight.insert(run, running);
        Run {
            run,
            token,
            action,
            arguments: job.request.arguments,
            context: job.request.context,
        }
    }

    /// Takes back a run whose order could not be sent.
    pub fn refuse(&mut self, run: u64, outcome: Outcome) {
        if let Some(running) = self.in_flight.remove(&run) {
            running.finish(outcome);
        }
    }

    /// Keeps a console line. Lines after the answer come too late for the report and are dropped.
    pub fn console(&mut self, run: Option<u64>, mut line: ConsoleLine) {
        let limits = self.limits;
        let Some(report) = self.report(run) else {
            return;
        };
        if report.console.len() < limits.console_lines as usize {
            cut(&mut line.level, LEVEL_BYTES);
            cut(&mut line.text, limits.console_line_bytes);
            report.console.push(line);
        } else {
            report.console_dropped += 1;
        }
    }

    /// Keeps a package that was loaded.
    pub fn module(&mut self, run: Option<u64>, mut module: LoadedModule) {
        let Some(report) = self.report(run) else {
            return;
        };
        if report.modules.len() < MODULES {
            cut(&mut module.requested, MODULE_BYTES);
            cut(&mut module.resolved, MODULE_BYTES);
            report.modules.push(module);
        }
    }

    /// Keeps what a run waits for. Control characters of a worker's words would move a terminal's cursor.
    pub fn waiting(&mut self, run: u64, mut places: Vec<String>) {
        let Some(running) = self.in_flight.get_mut(&run) else {
            return;
        };
        places.truncate(PLACES);
        for place in &mut places {
            cut(place, PLACE_BYTES);
            place.retain(|character| !character.is_control());
        }
        running.report.waiting = places;
    }

    /// Whose lines these are: where the worker does not know, they are those of the only run.
    fn report(&mut self, run: Option<u64>) -> Option<&mut ExecutionReport> {
        let running = match run {
            Some(run) => self.in_flight.get_mut(&run),
            None if self.in_flight.len() == 1 => self.in_flight.values_mut().next(),
            None => None,
        };
        running.map(|running| &mut running.report)
    }

    /// Hands the answer to the caller. `explain` may find a better outcome for a run that began then.
    pub fn answer(
        &mut self,
        run: u64,
        token: u64,
        reply: Reply,
        frame_bytes: usize,
        explain: impl FnOnce(Outcome, Instant) -> Outcome,
    ) -> Result<(), &'static str> {
        let running = match self.in_flight.remove(&run) {
            Some(running) if running.token == token => running,
            Some(running) => {
                // It still gets its verdict.
                self.in_flight.insert(run, running);
                return Err("an answer with a wrong token");
            }
            None if run < self.next => return Err("a second answer to one run"),
            None => return Err("an answer to a run that does not exist"),
        };
        let settles = Instant::now() + self.limits.grace + SETTLE_SLACK;
        self.unsettled.insert(run, settles);
        let outcome = read(running.action, reply, frame_bytes, self.limits.answer_bytes);
        let outcome = explain(outcome, running.began);
        running.finish(outcome);
        Ok(())
    }

    /// The worker's own count of console lines beyond its limit.
    pub fn console_dropped(&mut self, run: u64, lines: u64) {
        if let Some(running) = self.in_flight.get_mut(&run) {
            let dropped = &mut running.report.console_dropped;
            *dropped = dropped.saturating_add(lines);
        }
    }

    /// Forgets a run of which nothing is left.
    pub fn settle(&mut self, run: u64) -> Result<(), &'static str> {
        match self.unsettled.remove(&run) {
            Some(_) => Ok(()),
            None => Err("the end of a run that had not answered"),
        }
    }

    /// Whether a run is over its wall time.
    pub fn over_wall(&self, now: Instant) -> bool {
        let wall = self.limits.wall;
        let mut runs = self.in_flight.values();
        runs.any(|running| now >= running.began + wall)
    }

    /// Whether an answered run should have settled.
    pub fn over_grace(&self, now: Instant) -> bool {
        self.unsettled.values().any(|until| now >= *until)
    }

    /// When the first limit of a run is reached.
    pub fn next_limit(&self) -> Option<Instant> {
        let wall = self.limits.wall;
        let walls = self.in_flight.values().map(|run| run.began + wall);
        walls.chain(self.unsettled.values().copied()).min()
    }

    /// Ends all runs: those over their wall time for that, the others by `verdict`. `explain` is that of [`Runs::answer`].
    pub fn end_all(
        &mut self,
        verdict: impl Fn() -> Outcome,
        explain: impl Fn(Outcome, Instant) -> Outcome,
    ) {
        for (_, running) in std::mem::take(&mut self.in_flight) {
            let used = running.began.elapsed();
            let outcome = if used >= self.limits.wall {
                Outcome::TooSlow(LimitBreach {
                    kind: LimitKind::Wall,
                    limit: millis(self.limits.wall),
                    used: Some(millis(used)),
                })
            } else {
                verdict()
            };
            let outcome = explain(outcome, running.began);
            running.finish(outcome);
        }
    }
}

impl Running {
    fn finish(mut self, mut outcome: Outcome) {
        if let Some(error) = outcome.error_mut() {
            let script = self.binding.scripts.get(&self.action);
            error.show_source(script.map_or("", String::as_str));
        }
        if !matches!(outcome, Outcome::TooSlow(_) | Outcome::DidNotAnswer) {
            self.report.waiting.clear();
        }
        self.report.outcome = outcome;
        self.report.timings.script = self.began.elapsed();
        // The caller may have gone; the run was its last trace.
        let _ = self.reply.send(self.report);
    }
}

fn read(action: Action, reply: Reply, frame_bytes: usize, answer_bytes: usize) -> Outcome {
    match reply {
        Reply::Unusable(reason) => Outcome::BadAnswer(reason),
        Reply::Nothing => Outcome::DidNotAnswer,
        Reply::Answer(answer) => {
            // The worker keeps this limit, and is not trusted to. Escaping makes a frame longer than what it holds.
            if frame_bytes > answer_bytes {
                let bytes = answer.value.to_string().len();
                if bytes > answer_bytes {
                    return Outcome::BadAnswer(format!(
                        "the answer takes {bytes} bytes and may take {answer_bytes}; return only what the application needs"
                    ));
                }
            }
            Outcome::from_answer(action, answer)
        }
    }
}

fn cut(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
