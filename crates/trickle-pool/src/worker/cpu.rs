use std::time::Duration;

/// CPU time of a worker since it was bound, shared out among its runs.
///
/// Runs that overlap take turns in one thread, and only the process is measured from outside. So each part of the time goes in
/// equal shares to the runs that were under way in it. A run that is alone gets exactly what it used.
#[derive(Debug, Default)]
pub(super) struct CpuClock {
    last: Duration,
    /// Used while no run was under way, since the last one began.
    pub background: Duration,
    /// Used since the worker was bound.
    pub total: Duration,
}

impl CpuClock {
    /// Starts at what the process has used so far.
    pub fn starting_at(now: Duration) -> Self {
        Self {
            last: now,
            ..Self::default()
        }
    }

    /// Takes a new reading and gives it to the sharers.
    pub fn charge<'a>(&mut self, now: Duration, sharers: impl Iterator<Item = &'a mut Duration>) {
        let used = now.saturating_sub(self.last);
        self.last = self.last.max(now);
        self.total += used;
        let sharers: Vec<_> = sharers.collect();
        match u32::try_from(sharers.len()) {
            Ok(count @ 1..) => {
                for share in sharers {
                    *share += used / count;
                }
            }
            _ => self.background += used,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_run_alone_has_all_of_it_and_runs_together_have_equal_shares() {
        let mut clock = CpuClock::starting_at(ms(100));
        let (mut one, mut other) = (ms(0), ms(0));
        clock.charge(ms(150), [&mut one].into_iter());
        clock.charge(ms(250), [&mut one, &mut other].into_iter());
        clock.charge(ms(260), std::iter::empty());
        assert_eq!((one, other), (ms(100), ms(50)));
        assert_eq!((clock.background, clock.total), (ms(10), ms(160)));
    }

    #[test]
    fn a_reading_from_the_past_is_worth_nothing() {
        let mut clock = CpuClock::starting_at(ms(100));
        let mut share = ms(0);
        clock.charge(ms(50), [&mut share].into_iter());
        clock.charge(ms(110), [&mut share].into_iter());
        assert_eq!(share, ms(10));
    }
}
