//! What the clock says.

use tokio::time::Instant;
use trickle_model::{LimitKind, Limits};

use super::phase::Phase;
use super::{FAR, Serving};
use crate::worker::end::End;
use crate::worker::life::Report;

impl Serving<'_> {
    pub(super) fn look_at_limits(&mut self, now: Instant) -> Result<(), End> {
        if self.runs.over_wall(now) {
            return Err(End::WallLimit);
        }
        if self.runs.over_grace(now) {
            return Err(End::Stuck);
        }
        self.charge();
        if let Some((culprit, used)) = self.runs.over_cpu() {
            return Err(End::Limit {
                kind: LimitKind::Cpu,
                culprit,
                used: u64::try_from(used.as_millis()).ok(),
            });
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
    pub(super) fn next_look(&self, now: Instant) -> Instant {
        let config = &self.supplies.config;
        let mut next = now + FAR;
        if let Phase::Bound(bound) | Phase::Retiring(Some(bound), _) = &self.phase {
            next = next.min(now + self.runs.next_cpu_look());
            next = next.min(bound.since + config.max_age);
            if self.runs.is_empty() {
                next = next.min(bound.active + config.idle);
            }
        }
        self.runs.next_limit().map_or(next, |limit| next.min(limit))
    }

    /// Reads the CPU time of the process. Where that fails the process has ended, which is noticed elsewhere.
    pub(super) fn charge(&mut self) {
        if let Ok(used) = self.process.cpu_time() {
            self.runs.charge(used);
        }
    }

    pub(super) fn wake_by(&mut self, at: Instant) {
        self.wake = self.wake.min(at);
    }

    /// A worker that went beyond a limit of its network takes no more runs. Those that it has may get by without.
    pub(super) fn retire_beyond_network(&mut self) {
        if let Phase::Bound(_) = self.phase
            && let Some(breach) = self.network.first_breach()
        {
            self.retire(End::limit(breach.kind, breach.used));
        }
    }

    /// Takes no more runs. The first reason stands.
    pub(super) fn retire(&mut self, end: End) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Spare) {
            Phase::Spare => Phase::Retiring(None, end),
            Phase::Bound(bound) => Phase::Retiring(Some(bound), end),
            late @ (Phase::Retiring(..) | Phase::Over(_)) => late,
        };
        self.reports.send(Report::Retiring);
    }

    /// Ends a retiring worker of which nothing is left. It is killed, not asked: it holds nothing that a kill could spoil.
    pub(super) fn finish_retirement(&mut self) -> Result<(), End> {
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

/// Private memory of a worker beside its heap and its buffers: code, stacks, the engine's and the host's own data, native hashing.
const OWN_BYTES: u64 = 256 << 20;

/// Private memory of a worker under these limits, as the kernel counts it.
pub(crate) const fn data_bytes(limits: &Limits) -> u64 {
    limits.heap_bytes as u64 + limits.buffer_bytes as u64 + OWN_BYTES
}

/// The value of a limit, in the unit of its kind.
pub(super) fn value(limits: &Limits, kind: LimitKind) -> u64 {
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    match kind {
        LimitKind::Wall => millis(limits.wall),
        LimitKind::Cpu => millis(limits.cpu),
        LimitKind::Heap => limits.heap_bytes as u64,
        LimitKind::Buffers => limits.buffer_bytes as u64,
        LimitKind::Memory => data_bytes(limits),
        LimitKind::Answer => limits.answer_bytes as u64,
        LimitKind::Console => limits.console_flood_lines.into(),
        LimitKind::Sockets => limits.sockets.into(),
        LimitKind::Connects => limits.connects.into(),
        LimitKind::DnsQueries => limits.dns_queries.into(),
    }
}
