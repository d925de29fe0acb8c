//! What the clock says.

use tokio::time::Instant;

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
        if let Phase::Bound(bound) = &self.phase {
            next = next.min(bound.since + config.max_age);
            if self.runs.is_empty() {
                next = next.min(bound.active + config.idle);
            }
        }
        self.runs.next_limit().map_or(next, |limit| next.min(limit))
    }

    pub(super) fn wake_by(&mut self, at: Instant) {
        self.wake = self.wake.min(at);
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
