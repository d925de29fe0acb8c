use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::{ConnectAttempt, Decision, Transport};

const CAPACITY: usize = 64;

/// One decided connection attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EgressEntry {
    /// When it was decided.
    pub at: Instant,
    /// Where to.
    pub address: SocketAddr,
    /// Over what.
    pub transport: Transport,
    /// What was decided.
    pub decision: Decision,
}

/// The last 64 decisions about one child.
#[derive(Debug, Default)]
pub struct EgressLog {
    entries: Mutex<VecDeque<EgressEntry>>,
}

impl EgressLog {
    pub(crate) fn record(&self, attempt: ConnectAttempt, decision: Decision) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == CAPACITY {
            entries.pop_front();
        }
        entries.push_back(EgressEntry {
            at: Instant::now(),
            address: attempt.address,
            transport: attempt.transport,
            decision,
        });
    }

    /// All decisions that are still known, oldest first.
    pub fn entries(&self) -> Vec<EgressEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().copied().collect()
    }

    /// The refusals since an execution began, oldest first. They stay in the log: runs of one child may overlap.
    pub fn refusals_since(&self, start: Instant) -> Vec<EgressEntry> {
        self.entries()
            .into_iter()
            .filter(|entry| entry.at >= start && entry.decision == Decision::Refuse)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_latest() {
        let start = Instant::now();
        let log = EgressLog::default();
        for port in 1..=100 {
            let attempt = ConnectAttempt {
                address: ([10, 0, 0, 1], port).into(),
                transport: Transport::Tcp,
            };
            let decision = match port % 2 {
                0 => Decision::Refuse,
                _ => Decision::Allow,
            };
            log.record(attempt, decision);
        }
        let ports: Vec<_> = log.entries().iter().map(|e| e.address.port()).collect();
        assert_eq!(ports, (37..=100).collect::<Vec<_>>());
        assert_eq!(log.refusals_since(start).len(), 32);
        assert!(log.refusals_since(Instant::now()).is_empty());
    }
}
