use std::sync::{Mutex, PoisonError};

/// How many connections a child may open, or names it may ask for.
///
/// Runs of one child interleave, and nobody knows which of them asks: what a run is granted, another may use. What is left when
/// no run is under way is granted to nobody.
#[derive(Debug, Default)]
pub struct Budget(Mutex<Account>);

/// Calls of one run that are answered beside the connections that it is granted: refused ones, and those that dissolve a connection.
const CALLS: u64 = 1_000;

#[derive(Debug, Default)]
struct Account {
    granted: u64,
    asked: u64,
    runs: u64,
    calls: u64,
}

impl Budget {
    /// Grants so many to a run that begins; `alone` where no other is under way, nor any trace of one.
    pub fn grant(&self, further: u64, alone: bool) {
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if alone {
            *account = Account::default();
        }
        account.granted = account.granted.saturating_add(further);
        account.runs += 1;
    }

    /// Takes one; false when none is left.
    pub fn take(&self) -> bool {
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        account.asked = account.asked.saturating_add(1);
        account.asked <= account.granted
    }

    /// Counts a call, whatever becomes of it; false when there are so many that answering them is a burden.
    pub fn may_call(&self) -> bool {
        self.may_cost(1)
    }

    /// The same for one that costs as much as so many.
    pub fn may_cost(&self, calls: u64) -> bool {
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        account.calls = account.calls.saturating_add(calls);
        let answered = CALLS.saturating_mul(account.runs.max(1));
        account.calls <= account.granted.saturating_add(answered)
    }

    /// What was asked for, refused ones included, in equal shares of the runs that were granted something.
    pub fn asked(&self) -> u64 {
        let account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = if account.asked > account.granted {
            account.asked
        } else {
            // Where it was too much, it was too many calls.
            account.asked.max(account.calls)
        };
        asked.div_ceil(account.runs.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_used_up() {
        let budget = Budget::default();
        assert!(!budget.take());
        budget.grant(2, true);
        assert!(budget.take() && budget.take() && !budget.take());
        assert_eq!(budget.asked(), 3);
    }

    #[test]
    fn calls_without_end_are_not_answered() {
        let budget = Budget::default();
        budget.grant(2, true);
        let calls = (0..2_000).take_while(|_| budget.may_call()).count();
        assert_eq!(calls, 1_002);
        assert_eq!(budget.asked(), 1_003);
    }

    #[test]
    fn what_a_run_leaves_is_not_saved_up() {
        let budget = Budget::default();
        budget.grant(2, true);
        budget.grant(1, true);
        assert!(budget.take() && !budget.take());
    }

    #[test]
    fn runs_together_share_what_they_are_granted() {
        let budget = Budget::default();
        budget.grant(2, true);
        assert!(budget.take());
        budget.grant(2, false);
        assert!(budget.take() && budget.take() && budget.take() && !budget.take());
        assert_eq!(budget.asked(), 3);
    }
}
