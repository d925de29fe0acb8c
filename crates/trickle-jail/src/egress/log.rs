use std::collections::VecDeque;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::{Decision, Refusal, ranges};

/// More than a run can be granted of connections and names.
const CAPACITY: usize = 1_024;

/// No run lasts longer with its time for work after the callback, unless the operator says so.
const LONGEST: Duration = Duration::from_mins(3);

/// One decision about a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressEntry {
    /// When it was decided.
    pub at: Instant,
    /// The name it asked for, or the one that it was told for this address.
    pub name: Option<String>,
    /// Where it wanted to connect to. `None` for a name that it was not told.
    pub address: Option<SocketAddr>,
    /// What was decided.
    pub decision: Decision,
}

impl EgressEntry {
    /// Why it was refused, if it was.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.decision {
            Decision::Allow => None,
            Decision::Refuse(refusal) => Some(refusal),
        }
    }
}

impl fmt::Display for EgressEntry {
    /// `10.0.0.1:5432`, or the name that was refused.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.address, &self.name) {
            (Some(address), _) => {
                let ip: IpAddr = ranges::canonical(address.ip());
                SocketAddr::new(ip, address.port()).fmt(f)
            }
            (None, Some(name)) => f.write_str(name),
            (None, None) => f.write_str("?"),
        }
    }
}

/// The last 1024 decisions about one child, equal refusals as one; what was allowed stays longest.
#[derive(Debug, Default)]
pub struct EgressLog {
    entries: Mutex<VecDeque<EgressEntry>>,
    first_limit: OnceLock<Refusal>,
}

impl EgressLog {
    /// Adds a decision that was made now.
    pub fn record(&self, name: Option<String>, address: Option<SocketAddr>, decision: Decision) {
        if let Decision::Refuse(refusal) = decision
            && refusal.is_limit()
        {
            // Only the first one stands.
            let _ = self.first_limit.set(refusal);
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        // What is refused again and again is there once, as of its last time.
        let is_same = |entry: &EgressEntry| {
            entry.decision == decision && entry.address == address && entry.name == name
        };
        if decision != Decision::Allow
            && let Some(at) = entries.iter().rposition(is_same)
        {
            entries.remove(at);
        }
        if entries.len() == CAPACITY {
            // What no run asks for any more; else nobody pushes out what was allowed by being refused.
            let is_old = entries
                .front()
                .is_some_and(|first| first.at.elapsed() > LONGEST);
            let refused = entries.iter().position(|it| it.decision != Decision::Allow);
            entries.remove(if is_old { 0 } else { refused.unwrap_or(0) });
        }
        entries.push_back(EgressEntry {
            at: Instant::now(),
            name,
            address,
            decision,
        });
    }

    /// The first limit that the child reached in all its life.
    pub fn first_limit(&self) -> Option<Refusal> {
        self.first_limit.get().copied()
    }

    /// The decisions since an execution began, oldest first. They stay in the log: runs of one child may overlap.
    pub fn since(&self, start: Instant) -> Vec<EgressEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .filter(|entry| entry.at >= start)
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_allowed_and_the_latest_refusals() {
        let start = Instant::now();
        let log = EgressLog::default();
        for port in 1..=1_200 {
            let address = SocketAddr::from(([10, 0, 0, 1], port));
            let decision = match port % 2 {
                0 => Decision::Refuse(Refusal::Private),
                _ => Decision::Allow,
            };
            log.record(None, Some(address), decision);
        }
        let entries = log.since(start);
        let of = |remainder: u16| {
            let ports = entries.iter().map(|entry| entry.address.unwrap().port());
            ports
                .filter(|port| port % 2 == remainder)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(1), (1..=1_200).step_by(2).collect::<Vec<_>>());
        assert_eq!(of(0), (354..=1_200).step_by(2).collect::<Vec<_>>());
        assert!(log.since(Instant::now()).is_empty());
    }

    #[test]
    fn keeps_what_is_repeated_once() {
        let start = Instant::now();
        let log = EgressLog::default();
        for _ in 0..3 {
            let address = SocketAddr::from(([10, 0, 0, 1], 1));
            log.record(None, Some(address), Decision::Refuse(Refusal::Private));
        }
        assert_eq!(log.since(start).len(), 1);
    }

    #[test]
    fn the_first_limit_is_remembered_for_longer_than_the_entries() {
        let log = EgressLog::default();
        log.record(None, None, Decision::Refuse(Refusal::Private));
        assert_eq!(log.first_limit(), None);
        log.record(None, None, Decision::Refuse(Refusal::TooManyNames));
        for _ in 0..CAPACITY {
            log.record(None, None, Decision::Refuse(Refusal::TooMany));
        }
        assert_eq!(log.first_limit(), Some(Refusal::TooManyNames));
    }

    #[test]
    fn shows_what_was_wanted() {
        let log = EgressLog::default();
        let start = Instant::now();
        let mapped = "[::ffff:10.0.0.1]:80".parse().unwrap();
        log.record(None, Some(mapped), Decision::Allow);
        log.record(Some("db".to_owned()), None, Decision::Allow);
        let shown: Vec<_> = log.since(start).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.1:80", "db"]);
    }
}
