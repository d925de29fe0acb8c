//! Very many hostile runs on one supervisor: none may succeed, and it must be at the end what it was at the beginning.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use trickle_jail::Namespaces;
use trickle_model::Action;
use trickle_pool::WorkerState;
use trickle_testkit::wait_for_async;

use crate::attacks;
use crate::canaries::Canaries;
use crate::case::Case;
use crate::judge;
use crate::outside::Environment;
use crate::stage::{Stage, Subject};

const RUNS_DEFAULT: usize = 1000;

/// Attackers at a time.
const TENANTS: usize = 6;

/// Cheap runs of one attack in a row, in one warm worker. A bomb, which ends its worker, follows them.
const BATCH: usize = 250;

/// Workers that are still ending, spares that are still booting.
const CALM: Duration = Duration::from_mins(1);

// What a supervisor may have more after all runs than after the first tenth of them.
const DESCRIPTORS_MORE: usize = 16;
const THREADS_MORE: usize = 8;
const KIB_MORE: usize = 64 << 10;

/// Prints a table; see the constants for what it bounds.
pub async fn run(environment: &Environment) {
    let runs = match std::env::var("SOAK_RUNS") {
        Ok(number) => number.parse().expect("SOAK_RUNS is a number"),
        Err(_) => RUNS_DEFAULT,
    };
    let began = Instant::now();
    let soak = Soak::start(environment).await;
    soak.make(runs / 10).await;
    let before = soak.measure().await;
    soak.make(runs - runs / 10).await;
    let after = soak.measure().await;
    soak.print(&before, &after, began.elapsed()).await;
    soak.stage.finish().await;
    assert!(after.descriptors <= before.descriptors + DESCRIPTORS_MORE);
    assert!(after.threads <= before.threads + THREADS_MORE);
    assert!(after.kib <= before.kib + KIB_MORE);
}

struct Soak {
    stage: Stage,
    cheap: Vec<Case>,
    bombs: Vec<Case>,
    batches: AtomicUsize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    outcomes: BTreeMap<&'static str, usize>,
    beats: Vec<Duration>,
}

/// What the supervisor's process has while no attack is made.
struct Held {
    descriptors: usize,
    threads: usize,
    kib: usize,
}

impl Soak {
    async fn start(environment: &Environment) -> Self {
        let (cheap, bombs) = attacks(|case| case.script.is_some() && !case.name_server)
            .into_iter()
            .partition(|case| case.cheap);
        Self {
            stage: Stage::start(Subject::Shipped, Namespaces::all(), environment).await,
            cheap,
            bombs,
            batches: AtomicUsize::new(0),
            seen: Mutex::default(),
        }
    }

    /// So many runs, by several tenants at once.
    async fn make(&self, runs: usize) {
        let left = AtomicUsize::new(runs);
        let tenants = (0..TENANTS).map(async |_| {
            while let Some(size) = take(&left, BATCH) {
                self.batch(size).await;
            }
        });
        futures::future::join_all(tenants).await;
    }

    async fn batch(&self, size: usize) {
        let number = self.batches.fetch_add(1, Ordering::Relaxed);
        let cheap = &self.cheap[number % self.cheap.len()];
        let bomb = &self.bombs[number % self.bombs.len()];
        let canaries = Canaries::lay_out();
        self.attack(cheap, size - 1, &canaries).await;
        self.attack(bomb, 1, &canaries).await;
        assert_eq!(
            canaries.complaints(),
            [""; 0],
            "{}, {}",
            cheap.name,
            bomb.name
        );
        let beat = self.stage.neighbour.beat().await;
        let beat = beat.expect("a neighbour is served");
        self.seen.lock().unwrap().beats.push(beat);
    }

    async fn attack(&self, case: &Case, times: usize, canaries: &Canaries) {
        let part = case.script.as_ref().expect("these are scripts");
        let binding = self.stage.connection(case, part, canaries);
        for _ in 0..times {
            let report = self.stage.run(&binding, Action::Login).await;
            let mut lines = self.stage.leaks(&report, canaries);
            lines.extend(judge::differs(part, &report));
            assert_eq!(lines, [""; 0], "{}", case.name);
            let mut seen = self.seen.lock().unwrap();
            *seen.outcomes.entry(report.outcome.name()).or_default() += 1;
        }
        self.stage.pool.retire(&binding.connection).await;
    }

    async fn measure(&self) -> Held {
        wait_for_async(CALM, async || {
            let snapshot = self.stage.pool.snapshot().await;
            let calm = snapshot.count(WorkerState::Bound) == 1;
            calm && snapshot.spares() + 1 == snapshot.workers.len()
        })
        .await;
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.unwrap().parse().unwrap()
        };
        Held {
            descriptors: std::fs::read_dir("/proc/self/fd").unwrap().count(),
            threads: field("Threads:"),
            kib: field("VmRSS:"),
        }
    }

    async fn print(&self, before: &Held, after: &Held, took: Duration) {
        let snapshot = self.stage.pool.snapshot().await;
        let mut seen = self.seen.lock().unwrap();
        let runs: usize = seen.outcomes.values().sum();
        println!(
            "\n{runs} hostile runs, none succeeded, in {} s",
            took.as_secs()
        );
        println!("\n| outcome | runs |\n| --- | ---: |");
        for (outcome, count) in &seen.outcomes {
            println!("| `{outcome}` | {count} |");
        }
        println!("\n| a worker's end | workers |\n| --- | ---: |");
        for (end, count) in &snapshot.ended {
            println!("| {end} | {count} |");
        }
        seen.beats.sort_unstable();
        let (middle, most) = (seen.beats[seen.beats.len() / 2], seen.beats.last());
        println!(
            "\n| the supervisor, one process | after a tenth | at the end |\n| --- | ---: | ---: |"
        );
        println!(
            "| descriptors | {} | {} |",
            before.descriptors, after.descriptors
        );
        println!("| threads | {} | {} |", before.threads, after.threads);
        println!("| resident KiB | {} | {} |", before.kib, after.kib);
        println!("\na neighbour's login took {middle:?}, at most {most:?}");
    }
}

/// As much as is left of `left`, up to `most`.
fn take(left: &AtomicUsize, most: usize) -> Option<usize> {
    let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        Some(left.saturating_sub(most))
    });
    let taken = before.unwrap_or_default().min(most);
    (taken > 0).then_some(taken)
}
