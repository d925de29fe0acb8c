//! A circuit breaker for each connection: a legacy store that is down is not asked by everybody.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;
use trickle_model::{ConnectionId, Outcome};

/// It opens when at least so many of the latest runs…
const LEAST: usize = 5;
/// …and half of so many found the store down…
const RUNS: usize = 20;
/// …within this time.
const WINDOW: Duration = Duration::from_secs(30);
/// How long it stays open at first; twice as long after each probe that failed…
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// …up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A probe that has said nothing for so long is lost: longer than any run with its time in the queue.
const PROBE_LOST: Duration = Duration::from_secs(40);

/// Whether a run may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Yes.
    Open,
    /// No; ask again after this time.
    Shut(Duration),
}

/// What a run changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing.
    None,
    /// From now on runs are refused for this time.
    Opened(Duration),
    /// Runs may begin again.
    Closed,
}

/// The breakers of this node.
#[derive(Default)]
pub(crate) struct Breakers(Mutex<HashMap<ConnectionId, Breaker>>);

#[derive(Default)]
struct Breaker {
    state: State,
    /// When, and whether the store was found down.
    recent: VecDeque<(Instant, bool)>,
}

#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    Closed,
    Open {
        until: Instant,
        pause: Duration,
    },
    Probing {
        since: Instant,
        pause: Duration,
    },
}

impl Breakers {
    /// Asks for a run. After a pause one run is let through as a probe.
    pub(crate) fn ask(&self, connection: &ConnectionId) -> Gate {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(connection) {
            Some(breaker) => breaker.ask(now),
            None => Gate::Open,
        }
    }

    /// Says how a run ended.
    pub(crate) fn tell(&self, connection: &ConnectionId, outcome: &Outcome) -> Turn {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(connection.clone())
            .or_default()
            .tell(now, outcome)
    }

    /// Begins anew, because the connection changed.
    pub(crate) fn forget(&self, connection: &ConnectionId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(connection);
    }
}

impl Breaker {
    fn ask(&mut self, now: Instant) -> Gate {
        match self.state {
            State::Closed => Gate::Open,
            State::Open { until, .. } if now < until => Gate::Shut(until - now),
            State::Probing { since, .. } if now < since + PROBE_LOST => {
                Gate::Shut(Duration::from_secs(1))
            }
            State::Open { pause, .. } | State::Probing { pause, .. } => {
                self.state = State::Probing { since: now, pause };
                Gate::Open
            }
        }
    }

    fn tell(&mut self, now: Instant, outcome: &Outcome) -> Turn {
        let Some(is_down) = is_down(outcome) else {
            // Says nothing of the store, so that the next run is the probe.
            if let State::Probing { pause, .. } = self.state {
                self.state = State::Open { until: now, pause };
            }
            return Turn::None;
        };
        match (self.state, is_down) {
            (State::Closed, _) => {
                self.note(now, is_down);
                if self.is_too_often() {
                    return self.open(now, FIRST_PAUSE);
                }
                Turn::None
            }
            (State::Probing { pause, .. }, true) => self.open(now, (pause * 2).min(LONGEST_PAUSE)),
            (State::Probing { .. }, false) => {
                *self = Self::default();
                Turn::Closed
            }
            // A run that began before.
            (State::Open { .. }, _) => Turn::None,
        }
    }

    fn open(&mut self, now: Instant, pause: Duration) -> Turn {
        self.recent.clear();
        self.state = State::Open {
            until: now + pause,
            pause,
        };
        Turn::Opened(pause)
    }

    fn note(&mut self, now: Instant, is_down: bool) {
        self.recent.push_back((now, is_down));
        while self.recent.len() > RUNS || self.recent[0].0 + WINDOW <= now {
            self.recent.pop_front();
        }
    }

    fn is_too_often(&self) -> bool {
        let down = self.recent.iter().filter(|(_, is_down)| *is_down).count();
        down >= LEAST && down * 2 >= self.recent.len()
    }
}

/// What a run says of the legacy store, if it says anything.
const fn is_down(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::LegacyStoreDown(..) | Outcome::TooSlow(_) => Some(true),
        Outcome::Profile(_)
        | Outcome::Done(_)
        | Outcome::NoSuchUser
        | Outcome::WrongCredentials(_)
        | Outcome::Refused(_) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use trickle_model::{Outage, ScriptError};

    use super::*;

    fn down() -> Outcome {
        Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default())
    }

    #[tokio::test(start_paused = true)]
    async fn opens_probes_and_closes() {
        let (breakers, id) = (Breakers::default(), ConnectionId::from_text("con_1"));
        for _ in 1..LEAST {
            assert_eq!(breakers.tell(&id, &down()), Turn::None);
        }
        assert_eq!(breakers.ask(&id), Gate::Open);
        assert_eq!(breakers.tell(&id, &down()), Turn::Opened(FIRST_PAUSE));
        assert_eq!(breakers.ask(&id), Gate::Shut(FIRST_PAUSE));

        tokio::time::advance(FIRST_PAUSE).await;
        assert_eq!(breakers.ask(&id), Gate::Open);
        // One probe at a time.
        assert!(matches!(breakers.ask(&id), Gate::Shut(_)));
        assert_eq!(breakers.tell(&id, &down()), Turn::Opened(FIRST_PAUSE * 2));

        tokio::time::advance(FIRST_PAUSE * 2).await;
        assert_eq!(breakers.ask(&id), Gate::Open);
        // It says nothing of the store: the next run is the probe.
        assert_eq!(breakers.tell(&id, &Outcome::Busy), Turn::None);
        assert_eq!(breakers.ask(&id), Gate::Open);
        assert_eq!(breakers.tell(&id, &Outcome::NoSuchUser), Turn::Closed);
        assert_eq!(breakers.ask(&id), Gate::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn few_failures_among_many_or_far_apart_do_not_open() {
        let (breakers, id) = (Breakers::default(), ConnectionId::from_text("con_1"));
        for _ in 0..50 {
            breakers.tell(&id, &Outcome::NoSuchUser);
            breakers.tell(&id, &Outcome::NoSuchUser);
            assert_eq!(breakers.tell(&id, &down()), Turn::None);
        }
        breakers.forget(&id);
        for _ in 0..50 {
            assert_eq!(breakers.tell(&id, &down()), Turn::None);
            tokio::time::advance(WINDOW / 4).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_probe_is_followed_by_another() {
        let (breakers, id) = (Breakers::default(), ConnectionId::from_text("con_1"));
        for _ in 0..LEAST {
            breakers.tell(&id, &down());
        }
        tokio::time::advance(FIRST_PAUSE).await;
        assert_eq!(breakers.ask(&id), Gate::Open);
        tokio::time::advance(PROBE_LOST).await;
        assert_eq!(breakers.ask(&id), Gate::Open);
    }
}
