//! When failures are answered: on a grid that is wider than the legacy store's answers take, so that the time tells nobody whether
//! it was asked.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use trickle_model::ConnectionId;

/// The finest grid.
const FINEST: Duration = Duration::from_millis(250);
/// The widest: scripts that take longer are seen.
const WIDEST: Duration = Duration::from_secs(16);
/// Answers that are remembered for each connection.
const REMEMBERED: usize = 128;

/// How long the legacy stores of this node's connections took lately.
#[derive(Default)]
pub(crate) struct Paces(Mutex<HashMap<ConnectionId, VecDeque<Duration>>>);

impl Paces {
    /// Remembers how long an answer took that needed the legacy store.
    pub(crate) fn note(&self, connection: &ConnectionId, taken: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = all.entry(connection.clone()).or_default();
        if recent.len() == REMEMBERED {
            recent.pop_front();
        }
        recent.push_back(taken);
    }

    /// How long after its beginning a failure is answered that is decided after `taken`.
    pub(crate) fn answer_after(&self, connection: &ConnectionId, taken: Duration) -> Duration {
        let step = self.step(connection);
        let steps = taken.as_nanos().div_ceil(step.as_nanos()).max(1);
        step * u32::try_from(steps).unwrap_or(u32::MAX)
    }

    /// What half of the answers took; nothing as long as there were none.
    pub(crate) fn usual(&self, connection: &ConnectionId) -> Duration {
        let sorted = self.sorted(connection);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// The grid: a quarter above what nearly all answers took, in steps that double, so that it seldom changes.
    fn step(&self, connection: &ConnectionId) -> Duration {
        let sorted = self.sorted(connection);
        // One in a hundred may be late.
        let late = sorted.len() / 100;
        let most = sorted.iter().rev().nth(late).copied().unwrap_or_default();
        let mut step = FINEST;
        while step < most + most / 4 && step < WIDEST {
            step *= 2;
        }
        step
    }

    fn sorted(&self, connection: &ConnectionId) -> Vec<Duration> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<Duration> =
            all.get(connection).into_iter().flatten().copied().collect();
        drop(all);
        sorted.sort_unstable();
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_grid_is_wider_than_the_answers() {
        let (paces, id) = (Paces::default(), ConnectionId::from_text("con_1"));
        assert_eq!(paces.answer_after(&id, ms(20)), ms(250));
        assert_eq!(paces.usual(&id), ms(0));
        for _ in 0..REMEMBERED {
            paces.note(&id, ms(320));
        }
        assert_eq!(paces.answer_after(&id, ms(20)), ms(500));
        assert_eq!(paces.answer_after(&id, ms(320)), ms(500));
        assert_eq!(paces.answer_after(&id, ms(501)), ms(1_000));
        assert_eq!(paces.usual(&id), ms(320));
        // One late answer changes nothing, and two do.
        paces.note(&id, ms(3_000));
        assert_eq!(paces.answer_after(&id, ms(20)), ms(500));
        paces.note(&id, ms(3_000));
        assert_eq!(paces.answer_after(&id, ms(20)), ms(4_000));
    }
}
