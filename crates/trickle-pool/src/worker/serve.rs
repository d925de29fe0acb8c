mod hear;
mod limits;
mod obey;
mod phase;

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout};
use trickle_jail::{Exit, Group, Process};
use trickle_model::Limits;
use trickle_protocol::FrameError;

pub(crate) use limits::data_bytes;
use phase::{Ended, Phase};

use super::boot::Booted;
use super::egress::Network;
use super::end::End;
use super::life::{Command, Reports, Supplies};
use super::link::Link;
use super::output::{Output, Tail};
use super::runs::Runs;
use crate::inspect::{self, Line};

/// A worker that closed its socket ends within this, or is ended.
const EXIT_WAIT: Duration = Duration::from_secs(1);

/// Console lines and package names that a worker may send without a run; more is a flood that costs the pool more than the worker.
const SPARE_LINES: u64 = 4096;

/// Bytes of messages beside answers that a worker may send without a run, and with each: 256 console lines in which everything is escaped.
const SPARE_BYTES: u64 = 8 << 20;

/// When there is nothing to wait for.
const FAR: Duration = Duration::from_hours(24);

/// A worker that has booted.
pub(super) struct Serving<'a> {
    supplies: &'a Arc<Supplies>,
    reports: &'a Reports,
    process: Arc<Process>,
    group: Arc<Group>,
    link: Link,
    output: Output,
    network: Network,
    phase: Phase,
    runs: Runs,
    /// Debuggers, where a developer lets them in.
    debuggers: Option<Line>,
    /// Runs given and answered so far.
    given: u64,
    answered: u64,
    /// Messages beside answers that it may still send.
    lines_left: u64,
    /// Bytes of them.
    bytes_left: u64,
    boot_began: Instant,
    ready: Instant,
    /// When to look at the limits again; at or before the next one.
    wake: Instant,
}

impl<'a> Serving<'a> {
    pub fn new(booted: Booted, supplies: &'a Arc<Supplies>, reports: &'a Reports) -> Self {
        Self {
            supplies,
            reports,
            process: Arc::new(booted.process),
            group: booted.group,
            link: booted.link,
            output: booted.output,
            network: Network::new(booted.egress, &supplies.config),
            phase: Phase::Spare,
            runs: Runs::new(Limits::default(), Duration::ZERO),
            debuggers: None,
            given: 0,
            answered: 0,
            lines_left: SPARE_LINES,
            bytes_left: SPARE_BYTES,
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
                (End::from_exit(exit, &tail, &self.group), tail)
            }
        };
        let limits = *self.runs.limits();
        let limit_of = |kind| limits::value(&limits, kind);
        self.runs.end_all(&end, &tail, limit_of, &self.network);
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
                (question, answer) = self.network.answered() => {
                    self.tell(question, answer);
                    Ok(())
                }
                (session, debugger) = inspect::next(&mut self.debuggers) => {
                    self.hand_on(session, debugger);
                    Ok(())
                }
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
}
