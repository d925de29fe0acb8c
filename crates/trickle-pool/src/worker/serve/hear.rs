//! What the worker says.

use tokio::time::Instant;
use trickle_model::LimitKind;
use trickle_protocol::{Reply, ToPool};

use super::Serving;
use crate::worker::end::{Culprit, End};
use crate::worker::life::Report;
use crate::worker::link::Received;

/// Counting descriptors takes a walk through `/proc`, which only some answers pay for.
const COUNT_DESCRIPTORS_EVERY: u64 = 16;
/// Half of what a worker may open: scripts that never close their connections still find room for the runs in flight.
const MANY_DESCRIPTORS: usize = 128;

impl Serving<'_> {
    pub(super) fn hear(&mut self, received: Received) -> Result<(), End> {
        let Received { message, bytes } = received;
        if !matches!(message, ToPool::Answered { .. } | ToPool::Inspected { .. }) {
            self.count_bytes(bytes)?;
        }
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
            ToPool::Waiting { run, places } => {
                self.count_line()?;
                self.runs.waiting(run, places);
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
                self.charge();
                self.runs.console_dropped(run, console_dropped);
                let breach = match reply {
                    Reply::OverLimit { kind, .. } => Some(kind),
                    _ => None,
                };
                self.runs
                    .answer(run, token, reply, bytes, &self.network)
                    .map_err(End::BadMessage)?;
                self.answered();
                if let Some(kind) = breach {
                    self.retire(End::limit(kind, None));
                }
                self.retire_beyond_network();
                Ok(())
            }
            ToPool::Inspected { session, message } => match &self.debuggers {
                Some(debuggers) => {
                    debuggers.tell(session, message);
                    Ok(())
                }
                None => Err(End::BadMessage("words for a debugger that is not there")),
            },
            ToPool::Ask { question, about } => self.network.ask(question, about, self.supplies),
            ToPool::Settled { run } => {
                self.charge();
                self.runs.settle(run).map_err(End::BadMessage)?;
                self.wake_by(self.next_look(Instant::now()));
                Ok(())
            }
            ToPool::OverLimit { kind, run, used } => Err(match kind {
                LimitKind::Cpu => {
                    self.charge();
                    End::Limit {
                        kind,
                        culprit: run.map_or(Culprit::Unknown, Culprit::Run),
                        used: Some(used),
                    }
                }
                LimitKind::Heap | LimitKind::Buffers => End::limit(kind, Some(used)),
                _ => End::BadMessage("a limit that is not the worker's"),
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

    fn count_bytes(&mut self, bytes: usize) -> Result<(), End> {
        let left = self.bytes_left.checked_sub(bytes as u64);
        self.bytes_left = left.ok_or(End::BadMessage("a flood of long messages"))?;
        Ok(())
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
}
