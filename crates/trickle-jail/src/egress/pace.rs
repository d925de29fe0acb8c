use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A closed connection keeps its port towards its peer for a minute (TIME_WAIT, `net/tcp.h`), and Linux gives out 28 232 of them: so
/// many a second, with [`BURST`] before, never use them up.
const EVERY: Duration = Duration::from_micros(2_500);

/// What may be made at once after a rest: 4 000 connections.
const BURST: Duration = Duration::from_secs(10);

/// Spreads the connections of all children of one tenant over time (the generic cell rate algorithm, ITU-T I.371).
#[derive(Debug, Default)]
pub struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Takes the next turn; gives how long to wait for it.
    pub fn turn(&self, now: Instant) -> Duration {
        let mut paid = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = paid.map_or(now, |paid| paid.max(now)) + EVERY;
        *paid = Some(until);
        (until - now).saturating_sub(BURST)
    }

    /// Whether nothing of it would be missed.
    pub fn is_rested(&self, now: Instant) -> bool {
        let paid = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paid.is_none_or(|paid| paid <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_what_follows_at_its_pace() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert!(pace.is_rested(now));
        let at_once = (0..5_000).take_while(|_| pace.turn(now).is_zero()).count();
        assert_eq!(at_once, 4_000);
        assert_eq!(pace.turn(now), 2 * EVERY);
        assert!(!pace.is_rested(now));
        let later = now + BURST + 2 * EVERY;
        assert!(pace.is_rested(later));
        assert_eq!(pace.turn(later), Duration::ZERO);
    }
}
