use std::sync::atomic::{AtomicU64, Ordering};

/// How many connections a child may open, or names it may ask for, and how many of them at once.
///
/// Runs of one child interleave, and nobody knows which of them connects: what a run is granted, another may use.
#[derive(Debug)]
pub struct Budget {
    left: AtomicU64,
    /// What the child may have open at once.
    pub at_once: u64,
}

impl Budget {
    /// Nothing granted yet.
    pub const fn new(at_once: u64) -> Self {
        Self {
            left: AtomicU64::new(0),
            at_once,
        }
    }

    /// Grants so many to a run that begins.
    pub fn grant(&self, further: u64) {
        self.left.fetch_add(further, Ordering::Relaxed);
    }

    /// Takes one; false when none is left.
    pub fn take(&self) -> bool {
        let take = |left: u64| left.checked_sub(1);
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_used_up() {
        let budget = Budget::new(8);
        assert!(!budget.take());
        budget.grant(2);
        assert!(budget.take() && budget.take() && !budget.take());
    }
}
