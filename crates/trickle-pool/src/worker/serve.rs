use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout};
use trickle_jail::{Exit, Process};
use trickle_model::{Limits, Outcome};
use trickle_protocol::{Bind, FrameError, TO_WORKER_MAX_BYTES, ToPool, ToWorker};

use super::boot::Booted;
use super::egress::Connections;
use super::end::End;
use super::life::{Command, Report, Reports, Supplies};
use super::link::{Link, Received};
use super::output::{Output, Tail};
use super::runs::Runs;
use crate::job::{Job, Key};

/// A worker that closed its socket ends within this, or is ended.
const EXIT_WAIT: Duration = Duration::from_secs(1);

/// Console lines and package names that a worker may send without a run, and with each run beyond its console limit. More is a flood
/// that costs the pool more than the worker.
const SPARE_LINES: u64 = 4096;
const SPARE_LINES_PER_RUN: u64 = 256;

/// Counting descriptors takes a walk through `/proc`, which only some answers pay for.
const COUNT_DESCRIPTORS_EVERY: u64 = 16;
/// Half of what a worker may open: scripts that never close their connections still find room for the runs in flight.
const MANY_DESCRIPTORS: usize = 128;

/// When there is nothing to wait for.
const FAR: Duration = Duration::from_hours(24);

/// A worker that has booted.
pub(super) struct Serving<'a> {
    supplies: &'a Supplies,
    reports: &'a Reports,
    process: Arc<Process>,
    link: Link,
    output: Output,
    connections: Option<Connections>,
    phase: Phase,
    runs: Runs,
    /// Runs given and answered so far.
    given: u64,
    answered: u64,
    /// Messages beside answers that it may still send.
    lines_left: u64,
    boot_began: Instant,
    ready: Instant,
    /// When to look at the limits again; at or before the next one.
    wake: Instant,
}

enum Phase {
    Spare,
    Bound(Bound),
    /// Takes no more runs; ends as this once nothing of the others is left.
    Retiring(Option<Bound>, End),
    Over(Option<Bound>),
}

struct Bound {
    key: Key,
    since: Instant,
    active: Instant,
    /// The worker has said that it is.
    confirmed: bool,
}

impl Phase {
    fn bound(&mut self) -> Option<&mut Bound> {
        match self {
            Self::Spare => None,
            Self::Bound(bound) => Some(bound),
            Self::Retiring(bound, _) | Self::Over(bound) => bound.as_mut(),
        }
    }
}

impl<'a> Serving<'a> {
    pub fn new(booted: Booted, supplies: &'a Supplies, reports: &'a Reports) -> Self {
        Self {
            supplies,
            reports,
            process: Arc::new(booted.process),
            link: booted.link,
            output: booted.output,
            connections: Some(Connections::Waiting(booted.egress)),
            phase: Phase::Spare,
            runs: Runs::new(Limits::default()),
            given: 0,
            answered: 0,
            lines_left: SPARE_LINES,
            boot_began: booted.began,
            ready: booted.ready,
            wake: Instant::now() + FAR,
        }
    }

    /// Serves the worker until it ends; its process is then gone and every run has its outcome.
    pub async fn until_end(mut self, commands: &mut UnboundedReceiver<Command>) -> End {
        let process = Arc::clone(&self.process);
        let mut exited = pin!(process.wait());
        let end = self.serve(commands, exited.as_mut()).await;
        if let Err(error) = process.kill() {
            tracing::error!(worker.pid = process.id(), %error, "failed to kill a worker");
        }
        // Callers need not wait for the kernel to clear up.
        let (end, tail) = match end {
            Ended::Known(end) => (end, Tail::default()),
            Ended::ByItself(exit) => {
                let tail = self.output.finish().await;
                (End::from_exit(exit, &tail), tail)
            }
        };
        let heap_bytes = self.supplies.config.heap_bytes;
        self.runs.end_all(|| end.outcome(&tail, heap_bytes));
        if let Err(error) = process.wait().await {
            tracing::error!(worker.pid = process.id(), %error, "failed to reap a worker");
        }
        let binding = self.phase.bound().map(|bound| &*bound.key.0);
        end.log(Some(process.id()), self.given, binding);
        end
    }

    async fn serve(
        &mut self,
        commands: &mut UnboundedReceiver<Command>,
        mut exited: std::pin::Pin<&mut impl Future<Output = io::Result<Exit>>>,
    ) -> Ended {
        let mut timer = pin!(tokio::time::sleep_until(self.wake));
        loop {
            // In this order, so that an answer which is there counts even if its time is up or its worker has ended. What a worker
            // can send without being ended for it is bounded, so nothing below starves.
            let step = tokio::select! {
                biased;
                received = self.link.inbox.next(&self.link.stream) => match received {
                    Ok(received) => self.hear(received),
                    Err(FrameError::Closed | FrameError::Io(_)) => {
                        return match timeout(EXIT_WAIT, exited).await {
                            Ok(exit) => Ended::from_wait(exit),
                            Err(_) => Ended::Known(End::ClosedSocket),
                        };
                    }
                    Err(error) => Err(End::BadFrame(error)),
                },
                command = commands.recv() => self.obey(command),
                exit = &mut exited => {
                    return match self.hear_the_rest().await {
                        Ok(()) => Ended::from_wait(exit),
                        Err(end) => Ended::Known(end),
                    };
                }
                () = &mut timer => self.look_at_limits(Instant::now()),
                sent = self.link.outbox.flush(&self.link.stream), if !self.link.outbox.is_empty() => {
                    // A worker that has gone is noticed by reading, which also brings its last words.
                    if sent.is_err() {
                        self.link.outbox.clear();
                    }
                    Ok(())
                }
            };
            if let Err(end) = step.and_then(|()| self.finish_retirement()) {
                return Ended::Known(end);
            }
            if self.wake < timer.deadline() || timer.is_elapsed() {
                timer.as_mut().reset(self.wake);
            }
            tokio::task::consume_budget().await;
        }
    }

    /// What a worker sent before it ended itself.
    async fn hear_the_rest(&mut self) -> Result<(), End> {
        while let Some(received) = self
            .link
            .inbox
            .next_now(&self.link.stream)
            .await
            .map_err(End::BadFrame)?
        {
            self.hear(received)?;
        }
        Ok(())
    }

    fn hear(&mut self, received: Received) -> Result<(), End> {
        let Received { message, bytes } = received;
        match message {
            ToPool::Ready { .. } => Err(End::BadMessage("a second ready")),
            ToPool::Bound => match self.phase.bound() {
                Some(bound) if !bound.confirmed => {
                    bound.confirmed = true;
                    Ok(())
                }
                _ => Err(End::BadMessage("an unasked bound")),
            },
            ToPool::Console { run, line } => {
                self.count_line()?;
                self.runs.console(run, line);
                Ok(())
            }
            ToPool::Module { run, module } => {
                self.count_line()?;
                self.runs.module(run, module);
                Ok(())
            }
            ToPool::Answered {
                run,
                token,
                reply,
                console_dropped,
            } => {
                if !self.phase.bound().is_some_and(|bound| bound.confirmed) {
                    return Err(End::BadMessage("an answer before bound"));
                }
                self.runs.console_dropped(run, console_dropped);
                let connections = self.connections.as_ref();
                self.runs
                    .answer(
                        run,
                        token,
                        reply,
                        bytes,
                        |outcome, began| match connections {
                            Some(connections) => connections.explain(outcome, began.into_std()),
                            None => outcome,
                        },
                    )
                    .map_err(End::BadMessage)?;
                self.answered();
                Ok(())
            }
            ToPool::Settled { run } => self.runs.settle(run).map_err(End::BadMessage),
            ToPool::HeapLimit { used_bytes } => Err(End::HeapLimit {
                used_bytes: Some(used_bytes),
            }),
        }
    }

    fn count_line(&mut self) -> Result<(), End> {
        match self.lines_left.checked_sub(1) {
            Some(left) => {
                self.lines_left = left;
                Ok(())
            }
            None => Err(End::BadMessage("a flood of console lines")),
        }
    }

    fn answered(&mut self) {
        self.reports.send(Report::Freed);
        self.answered += 1;
        let now = Instant::now();
        if let Some(bound) = self.phase.bound() {
            bound.active = now;
        }
        self.wake_by(self.next_look(now));
        if self.answered >= self.supplies.config.max_runs {
            self.retire(End::Worn);
        } else if self.answered.is_multiple_of(COUNT_DESCRIPTORS_EVERY)
            && self.open_descriptors() > MANY_DESCRIPTORS
        {
            self.retire(End::Descriptors);
        }
    }

    fn open_descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).map_or(0, Iterator::count)
    }

    fn obey(&mut self, command: Option<Command>) -> Result<(), End> {
        match command {
            Some(Command::Run(job)) => self.take(job),
            Some(Command::Retire) => {
                self.retire(End::Retired);
                Ok(())
            }
            Some(Command::Stop) | None => Err(End::Stopped),
        }
    }

    fn take(&mut self, job: Job) -> Result<(), End> {
        if let Phase::Retiring(..) = self.phase {
            self.reports.send(Report::Returned(job));
            return Ok(());
        }
        if job.reply.is_closed() {
            self.reports.send(Report::Freed);
            return Ok(());
        }
        let job = match self.phase {
            Phase::Spare => match self.bind(job)? {
                Some(job) => job,
                None => return Ok(()),
            },
            _ => job,
        };
        self.order(job);
        Ok(())
    }

    /// Binds the worker to the job's connection, and gives the job back unless it had to be refused.
    fn bind(&mut self, job: Job) -> Result<Option<Job>, End> {
        let key = job.key();
        let binding = &key.0;
        let waiting = self.connections.take();
        let open = waiting.map(|connections| {
            connections.open(&self.process, binding, &self.supplies.name_servers)
        });
        match open.transpose() {
            Ok(connections) => self.connections = connections,
            Err(error) => {
                self.reports.send(Report::Returned(job));
                return Err(End::Unmanageable(error));
            }
        }
        let message = ToWorker::Bind(Bind {
            scripts: binding.scripts.clone(),
            configuration: binding.configuration.clone(),
            limits: binding.limits,
        });
        let pushed = self.link.outbox.push(&message);
        let now = Instant::now();
        self.runs = Runs::new(binding.limits);
        self.phase = Phase::Bound(Bound {
            key,
            since: now,
            active: now,
            confirmed: false,
        });
        if let Err(error) = pushed {
            job.refuse(too_long("the scripts and their configuration", &error));
            self.reports.send(Report::Freed);
            self.retire(End::Retired);
            return Ok(None);
        }
        Ok(Some(job))
    }

    fn order(&mut self, job: Job) {
        let boot = self.boot_wait(job.arrived);
        let run = self.runs.begin(job, boot, self.process.id());
        let number = run.run;
        if let Err(error) = self.link.outbox.push(&ToWorker::Run(run)) {
            self.runs
                .refuse(number, too_long("the script's arguments", &error));
            self.reports.send(Report::Freed);
            return;
        }
        self.given += 1;
        self.lines_left += SPARE_LINES_PER_RUN + u64::from(self.runs.limits().console_lines);
        if self.link.outbox.flush_now(&self.link.stream).is_err() {
            self.link.outbox.clear();
        }
        self.wake_by(self.next_look(Instant::now()));
    }

    /// The part of a job's waiting in which this worker booted.
    fn boot_wait(&self, arrived: Instant) -> Duration {
        self.ready
            .saturating_duration_since(arrived.max(self.boot_began))
    }

    fn look_at_limits(&mut self, now: Instant) -> Result<(), End> {
        if self.runs.over_wall(now) {
            return Err(End::WallLimit);
        }
        if self.runs.over_grace(now) {
            return Err(End::Stuck);
        }
        let config = &self.supplies.config;
        if let Phase::Bound(bound) = &self.phase {
            if now >= bound.since + config.max_age {
                self.retire(End::Aged);
            } else if self.runs.is_empty() && now >= bound.active + config.idle {
                self.retire(End::Idle);
            }
        }
        self.wake = self.next_look(now);
        Ok(())
    }

    /// When a limit can next be reached, if nothing happens before.
    fn next_look(&self, now: Instant) -> Instant {
        let config = &self.supplies.config;
        let mut next = now + FAR;
        if let Phase::Bound(bound) = &self.phase {
            next = next.min(bound.since + config.max_age);
            if self.runs.is_empty() {
                next = next.min(bound.active + config.idle);
            }
        }
        self.runs.next_limit().map_or(next, |limit| next.min(limit))
    }

    fn wake_by(&mut self, at: Instant) {
        self.wake = self.wake.min(at);
    }

    /// Takes no more runs. The first reason stands.
    fn retire(&mut self, end: End) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Spare) {
            Phase::Spare => Phase::Retiring(None, end),
            Phase::Bound(bound) => Phase::Retiring(Some(bound), end),
            late @ (Phase::Retiring(..) | Phase::Over(_)) => late,
        };
        self.reports.send(Report::Retiring);
    }

    /// Ends a retiring worker of which nothing is left. It is killed, not asked: it holds nothing that a kill could spoil.
    fn finish_retirement(&mut self) -> Result<(), End> {
        if !self.runs.is_empty() {
            return Ok(());
        }
        match std::mem::replace(&mut self.phase, Phase::Spare) {
            Phase::Retiring(bound, end) => {
                self.phase = Phase::Over(bound);
                Err(end)
            }
            other => {
                self.phase = other;
                Ok(())
            }
        }
    }
}

/// Who ended the worker.
enum Ended {
    /// The pool ends it, and knows why.
    Known(End),
    /// It is gone.
    ByItself(Exit),
}

impl Ended {
    fn from_wait(exit: io::Result<Exit>) -> Self {
        match exit {
            Ok(exit) => Self::ByItself(exit),
            Err(error) => Self::Known(End::Unmanageable(error)),
        }
    }
}

fn too_long(what: &str, error: &FrameError) -> Outcome {
    Outcome::BadAnswer(match error {
        FrameError::TooLong { bytes, .. } => {
            format!("{what} take {bytes} bytes and may take {TO_WORKER_MAX_BYTES}")
        }
        _ => format!("{what} cannot be sent to a worker"),
    })
}
