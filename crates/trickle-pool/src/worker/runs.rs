use std::collections::BTreeMap;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant};
use trickle_model::{
    Action, Binding, ConsoleLine, ExecutionReport, LimitBreach, LimitKind, Limits, LoadedModule,
    Outcome, ScriptError, Timings,
};
use trickle_protocol::{Reply, Run};

use super::cpu::CpuClock;
use super::egress::Network;
use super::end::{Culprit, End};
use super::output::Tail;
use crate::job::Job;

/// Beyond these a worker's words are cut: no console level and no package name is longer, no script loads more packages.
const LEVEL_BYTES: usize = 8;
const MODULE_BYTES: usize = 256;
const TEXT_MAX_BYTES: usize = 64 << 10;
const MODULES: usize = 128;
/// Places that a run waits at, and the length of each.
const PLACES: usize = 8;
const PLACE_BYTES: usize = 256;

/// After its grace period a run has this long to be reported as settled. The worker's event loop only has to turn once for it.
const SETTLE_SLACK: Duration = Duration::from_secs(1);

/// Beyond its CPU limit a run has this much for the worker's own watchdog to stop it, which can say where; then it is killed.
const CPU_SLACK: Duration = Duration::from_millis(250);

/// A worker is looked at not more and not less often than this while it may use CPU time.
const CPU_LOOKS: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(25)..=Duration::from_millis(500);

/// The runs of one worker.
pub(super) struct Runs {
    limits: Limits,
    cpu: CpuClock,
    tokens: StdRng,
    next: u64,
    in_flight: BTreeMap<u64, Running>,
    /// Answered, and may still be at work.
    unsettled: BTreeMap<u64, Unsettled>,
}

struct Unsettled {
    until: Instant,
    cpu: Duration,
}

struct Running {
    reply: oneshot::Sender<ExecutionReport>,
    action: Action,
    binding: Arc<Binding>,
    token: u64,
    began: Instant,
    cpu: Duration,
    report: ExecutionReport,
}

impl Runs {
    /// For a worker whose process has used `cpu` so far.
    pub fn new(limits: Limits, cpu: Duration) -> Self {
        Self {
            limits,
            cpu: CpuClock::starting_at(cpu),
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
            cpu: Duration::ZERO,
            report: ExecutionReport {
                worker: Some(pid),
                ..ExecutionReport::without_worker(Outcome::DidNotAnswer, timings)
            },
        };
        self.in_flight.insert(run, running);
        self.cpu.background = Duration::ZERO;
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
            running.finish(outcome, None);
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

    /// Hands the answer to the caller, with what `network` knows of the run.
    pub fn answer(
        &mut self,
        run: u64,
        token: u64,
        reply: Reply,
        frame_bytes: usize,
        network: &Network,
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
        let unsettled = Unsettled {
            until: Instant::now() + self.limits.grace + SETTLE_SLACK,
            cpu: running.cpu,
        };
        self.unsettled.insert(run, unsettled);
        let outcome = read(running.action, reply, frame_bytes, &self.limits);
        running.finish(outcome, Some(network));
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
        self.unsettled.values().any(|run| now >= run.until)
    }

    /// When the first limit of a run is reached.
    pub fn next_limit(&self) -> Option<Instant> {
        let wall = self.limits.wall;
        let walls = self.in_flight.values().map(|run| run.began + wall);
        walls
            .chain(self.unsettled.values().map(|run| run.until))
            .min()
    }

    /// Takes a reading of the CPU time that the process has used, for those who used it.
    pub fn charge(&mut self, now: Duration) {
        let running = self.in_flight.values_mut().map(|run| &mut run.cpu);
        let unsettled = self.unsettled.values_mut().map(|run| &mut run.cpu);
        self.cpu.charge(now, running.chain(unsettled));
    }

    /// Who is over the CPU limit by more than the worker's own watchdog would let it.
    pub fn over_cpu(&self) -> Option<(Culprit, Duration)> {
        let most = self.limits.cpu + CPU_SLACK;
        if self.cpu.background >= most {
            return Some((Culprit::Nobody, self.cpu.background));
        }
        self.shares()
            .find(|(_, used)| *used >= most)
            .map(|(run, used)| (Culprit::Run(run), used))
    }

    /// In which time nobody can use up what is left of the CPU limit, or a little more.
    pub fn next_cpu_look(&self) -> Duration {
        let most = self.shares().map(|(_, used)| used).max();
        let most = most.unwrap_or(self.cpu.background);
        let left = (self.limits.cpu + CPU_SLACK).saturating_sub(most);
        (left / 2).clamp(*CPU_LOOKS.start(), *CPU_LOOKS.end())
    }

    fn shares(&self) -> impl Iterator<Item = (u64, Duration)> {
        let running = self.in_flight.iter().map(|(id, run)| (*id, run.cpu));
        running.chain(self.unsettled.iter().map(|(id, run)| (*id, run.cpu)))
    }

    /// The run that ends with this limit, where the worker does not know: the one with the largest share.
    fn culprit(&self, culprit: Culprit) -> Option<u64> {
        match culprit {
            Culprit::Run(run) => Some(run),
            Culprit::Nobody => None,
            Culprit::Unknown => self
                .shares()
                .max_by_key(|(_, used)| *used)
                .map(|(id, _)| id),
        }
    }

    /// Ends all runs: each that is over a limit of its own for that, the others because the worker ends.
    pub fn end_all(
        &mut self,
        end: &End,
        tail: &Tail,
        limit_of: impl Fn(LimitKind) -> u64,
        network: &Network,
    ) {
        let stopped = match end {
            End::Limit {
                kind: LimitKind::Cpu,
                culprit,
                used,
            } => self.culprit(*culprit).map(|run| (run, *used)),
            _ => None,
        };
        let total = millis(self.cpu.total);
        for (run, running) in std::mem::take(&mut self.in_flight) {
            let outcome = self
                .own_breach(run, &running, stopped, total)
                .map_or_else(|| end.outcome(tail, &limit_of), Outcome::over);
            running.finish(outcome, Some(network));
        }
    }

    fn own_breach(
        &self,
        run: u64,
        running: &Running,
        stopped: Option<(u64, Option<u64>)>,
        total_cpu_ms: u64,
    ) -> Option<LimitBreach> {
        let (limits, age) = (&self.limits, running.began.elapsed());
        if age >= limits.wall {
            return Some(LimitBreach {
                kind: LimitKind::Wall,
                limit: millis(limits.wall),
                used: Some(millis(age)),
            });
        }
        let (limit, share) = (millis(limits.cpu), millis(running.cpu));
        let said = stopped.filter(|(culprit, _)| *culprit == run);
        if share < limit && said.is_none() {
            return None;
        }
        // The worker knows it better than a share can tell, but not better than the kernel.
        let said = said.and_then(|(_, used)| used).unwrap_or(share);
        let used = said.min(total_cpu_ms).max(limit);
        Some(LimitBreach {
            kind: LimitKind::Cpu,
            limit,
            used: Some(used),
        })
    }
}

impl Running {
    /// `network` may find a better outcome.
    fn finish(mut self, outcome: Outcome, network: Option<&Network>) {
        let began = self.began.into_std();
        let mut outcome = match network {
            Some(network) => network.explain(outcome, began),
            None => outcome,
        };
        if let Some(error) = outcome.error_mut() {
            let script = self.binding.scripts.get(&self.action);
            error.show_source(script.map_or("", String::as_str));
            cut_texts(error);
        }
        if !matches!(outcome, Outcome::TooSlow(_) | Outcome::DidNotAnswer) {
            self.report.waiting.clear();
        }
        self.report.outcome = outcome;
        self.report.egress = network.map_or_else(Vec::new, |network| network.lines_since(began));
        self.report.timings.script = self.began.elapsed();
        // The caller may have gone; the run was its last trace.
        let _ = self.reply.send(self.report);
    }
}

fn read(action: Action, reply: Reply, frame_bytes: usize, limits: &Limits) -> Outcome {
    let over = |kind, limit, used| {
        Outcome::over(LimitBreach {
            kind,
            limit,
            used: Some(used),
        })
    };
    let answer_bytes = limits.answer_bytes;
    match reply {
        Reply::Unusable(mut reason) => {
            cut(&mut reason, TEXT_MAX_BYTES);
            Outcome::BadAnswer(reason)
        }
        Reply::Nothing => Outcome::DidNotAnswer,
        Reply::OverLimit { kind, used } => match kind {
            LimitKind::Answer => over(kind, answer_bytes as u64, used),
            LimitKind::Console => over(kind, limits.console_flood_lines.into(), used),
            _ => Outcome::BadAnswer("the worker named a limit that is not a run's".to_owned()),
        },
        Reply::Answer(answer) => {
            // The worker keeps this limit, and is not trusted to. Escaping makes a frame longer than what it holds.
            if frame_bytes > answer_bytes {
                let bytes = answer.value.to_string().len();
                if bytes > answer_bytes {
                    return over(LimitKind::Answer, answer_bytes as u64, bytes as u64);
                }
            }
            Outcome::from_answer(action, *answer)
        }
    }
}

/// The worker cuts them shorter, and is not trusted to.
fn cut_texts(error: &mut ScriptError) {
    let further = [
        &mut error.code,
        &mut error.errno,
        &mut error.sql_state,
        &mut error.user_id,
        &mut error.description,
        &mut error.stack,
    ];
    let texts = [&mut error.name, &mut error.message];
    for text in texts.into_iter().chain(further.into_iter().flatten()) {
        cut(text, TEXT_MAX_BYTES);
    }
}

fn cut(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
