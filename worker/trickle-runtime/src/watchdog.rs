//! A thread that stops scripts which keep the engine's thread for too long.
//!
//! It measures the thread that runs scripts, not itself, and asks only how long one turn takes: from the moment in which the
//! engine gets the thread to that in which it gives it back. What many short turns add up to is the pool's to measure, from
//! outside. What native code does cannot be stopped from here; the pool kills the process then.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::{self, Thread},
    time::Duration,
};

use trickle_model::LimitKind;

use crate::breach::Breaches;

/// How often it looks, and how often it stops a script again that went on.
const LOOKS: Duration = Duration::from_millis(10);

/// Without a turn in this many looks it sleeps until there is one.
const LOOKS_IN_VAIN: u32 = 100;

/// The thread that runs scripts and the one that watches it.
pub struct Watchdog {
    shared: Arc<Shared>,
    thread: Thread,
    clock: ThreadClock,
}

struct Shared {
    /// Odd while the engine has the thread.
    turns: AtomicU64,
    /// Reading of the clock at which the turn is over its limit, nanoseconds.
    ends: AtomicU64,
    began: AtomicU64,
    asleep: AtomicBool,
    breaches: Breaches,
}

impl Watchdog {
    /// Watches the calling thread.
    ///
    /// # Errors
    /// There can be no further thread, or this one has no clock.
    pub fn start(breaches: Breaches) -> io::Result<Self> {
        let clock = ThreadClock::of_this_thread()?;
        let shared = Arc::new(Shared {
            turns: AtomicU64::new(0),
            ends: AtomicU64::new(u64::MAX),
            began: AtomicU64::new(0),
            asleep: AtomicBool::new(false),
            breaches,
        });
        let watched = shared.clone();
        let watch = thread::Builder::new().name("watchdog".to_owned());
        // It ends with the process: nothing waits for it, and it holds nothing.
        let handle = watch.spawn(move || watch_turns(&watched, clock))?;
        Ok(Self {
            shared,
            thread: handle.thread().clone(),
            clock,
        })
    }

    /// One turn of the engine, which may use that much CPU time.
    pub fn turn<T>(&self, limit: Duration, work: impl FnOnce() -> T) -> T {
        let now = self.clock.read();
        let nanoseconds = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        self.shared.began.store(now, SeqCst);
        self.shared
            .ends
            .store(now.saturating_add(nanoseconds), SeqCst);
        self.shared.turns.fetch_add(1, SeqCst);
        if self.shared.asleep.swap(false, SeqCst) {
            self.thread.unpark();
        }
        let result = work();
        self.shared.turns.fetch_add(1, SeqCst);
        result
    }
}

fn watch_turns(shared: &Shared, clock: ThreadClock) {
    let mut last = 0;
    let mut in_vain = 0;
    loop {
        thread::park_timeout(LOOKS);
        let turn = shared.turns.load(SeqCst);
        if turn == last && turn.is_multiple_of(2) {
            in_vain += 1;
            if in_vain >= LOOKS_IN_VAIN {
                shared.asleep.store(true, SeqCst);
                // A turn that began in between has not seen that it must wake anybody.
                while shared.asleep.load(SeqCst) && shared.turns.load(SeqCst) == turn {
                    thread::park();
                }
                in_vain = 0;
            }
            continue;
        }
        (last, in_vain) = (turn, 0);
        if turn.is_multiple_of(2) {
            continue;
        }
        let (now, ends) = (clock.read(), shared.ends.load(SeqCst));
        // The limit must be that of the turn which was seen.
        if now >= ends && shared.turns.load(SeqCst) == turn {
            let used = Duration::from_nanos(now.saturating_sub(shared.began.load(SeqCst)));
            let used_ms = u64::try_from(used.as_millis()).unwrap_or(u64::MAX);
            shared.breaches.note(LimitKind::Cpu, used_ms);
        } else if shared.breaches.get().is_some() {
            shared.breaches.stop();
        }
    }
}

/// The CPU clock of one thread, read from any.
#[derive(Clone, Copy)]
struct ThreadClock(libc::clockid_t);

impl ThreadClock {
    fn of_this_thread() -> io::Result<Self> {
        let mut clock: libc::clockid_t = 0;
        // SAFETY: the thread is the calling one, which exists; the place for the answer outlives the call.
        match unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &raw mut clock) } {
            0 => Ok(Self(clock)),
            errno => Err(io::Error::from_raw_os_error(errno)),
        }
    }

    /// Nanoseconds that the thread has used; 0 once it has ended.
    fn read(self) -> u64 {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the place for the answer outlives the call. A clock of a thread that has ended is an error, nothing worse.
        if unsafe { libc::clock_gettime(self.0, &raw mut time) } != 0 {
            return 0;
        }
        let (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec);
        u64::try_from(seconds).unwrap_or_default() * 1_000_000_000
            + u64::try_from(nanoseconds).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_computes_for_too_long_is_noted_and_one_that_waits_is_not() {
        let breaches = Breaches::default();
        let watchdog = Watchdog::start(breaches.clone()).unwrap();
        watchdog.turn(Duration::from_millis(50), || {
            thread::park_timeout(Duration::from_millis(200));
        });
        assert!(breaches.get().is_none());
        watchdog.turn(Duration::from_millis(50), || {
            while breaches.get().is_none() {
                std::hint::spin_loop();
            }
        });
        assert!(breaches.get().unwrap().used >= 50);
    }
}
