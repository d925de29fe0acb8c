//! What the dispatcher says.

use tokio::time::{Duration, Instant};
use trickle_model::{Limits, Outcome};
use trickle_protocol::{Bind, Debugger, FrameError, NameAnswer, TO_WORKER_MAX_BYTES, ToWorker};

use super::limits::data_bytes;
use super::phase::{Bound, Phase};
use super::{SPARE_BYTES, SPARE_LINES, Serving};
use crate::job::Job;
use crate::worker::end::End;
use crate::worker::life::{Command, Report};
use crate::worker::runs::Runs;

/// Console lines and package names that a worker may send with each run beyond its console limit; see [`SPARE_LINES`].
const SPARE_LINES_PER_RUN: u64 = 256;

impl Serving<'_> {
    pub(super) fn obey(&mut self, command: Option<Command>) -> Result<(), End> {
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
        self.retire_beyond_network();
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
        let turns = self.supplies.tenants.turns_of(&binding.tenant);
        if let Err(error) = self.network.open(&self.process, binding, turns) {
            self.reports.send(Report::Returned(job));
            return Err(End::Unmanageable(error));
        }
        let message = ToWorker::Bind(Bind {
            scripts: binding.scripts.clone(),
            configuration: binding.configuration.clone(),
            node_version: binding.node_version,
            limits: binding.limits,
        });
        let pushed = self.link.outbox.push(&message);
        let inspect = self.supplies.config.inspect.as_ref();
        self.debuggers = inspect.and_then(|inspect| inspect.take_line());
        let now = Instant::now();
        // Where it fails the process has ended, which is noticed elsewhere.
        let used = self.process.cpu_time().unwrap_or_default();
        self.runs = Runs::new(binding.limits, used);
        self.lower_memory(&binding.limits);
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

    /// Brings the kernel's limit of memory down from that of all connections to that of this one.
    fn lower_memory(&self, limits: &Limits) {
        if self.supplies.config.data_limit_bytes.is_none() {
            return;
        }
        if let Err(error) = self.process.lower_data_limit(data_bytes(limits)) {
            tracing::debug!(
                worker.pid = self.process.id(),
                %error,
                "failed to lower the memory limit of a worker; that of its launch holds"
            );
        }
    }

    fn order(&mut self, job: Job) {
        self.charge();
        self.network.grant(self.runs.is_empty());
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
        self.allow_messages();
        self.send();
        self.wake_by(self.next_look(Instant::now()));
    }

    /// Not saved up for longer than runs can overlap.
    fn allow_messages(&mut self) {
        let at_once = self.supplies.config.runs_per_worker.max(1) as u64;
        let lines = SPARE_LINES_PER_RUN + u64::from(self.runs.limits().console_lines);
        self.lines_left = (self.lines_left + lines).min(SPARE_LINES + at_once * lines);
        self.bytes_left = (self.bytes_left + SPARE_BYTES).min((1 + at_once) * SPARE_BYTES);
    }

    /// Answers a question of the worker.
    pub(super) fn tell(&mut self, question: u64, answer: NameAnswer) {
        // Answers are bounded, and far shorter than a frame.
        let _ = self.link.outbox.push(&ToWorker::Named { question, answer });
        self.send();
    }

    /// Tells the worker what a debugger does.
    pub(super) fn hand_on(&mut self, session: u64, debugger: Debugger) {
        let message = ToWorker::Inspect { session, debugger };
        // One that is too long has no answer.
        let _ = self.link.outbox.push(&message);
        self.send();
    }

    fn send(&mut self) {
        if self.link.outbox.flush_now(&self.link.stream).is_err() {
            self.link.outbox.clear();
        }
    }

    /// The part of a job's waiting in which this worker booted.
    fn boot_wait(&self, arrived: Instant) -> Duration {
        self.ready
            .saturating_duration_since(arrived.max(self.boot_began))
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
