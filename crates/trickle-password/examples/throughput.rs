//! Hashes per second through the pool against bare Argon2 on as many threads, in short turns, so that other
//! programs disturb both alike; prints the median ratio.
//!
//! `cargo run --release -p trickle-password --example throughput [seconds per turn] [turns]`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use trickle_password::{HashingPool, Password, PoolOptions};

const PASSWORD: &str = "correct horse battery staple";

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse().expect("a number"));
    let length = Duration::from_secs(arguments.next().unwrap_or(1));
    let turns = arguments.next().unwrap_or(15).max(1);
    let options = PoolOptions::default();
    let pool = Arc::new(HashingPool::new(options));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("build a runtime");

    let mut ratios = Vec::new();
    for turn in 1..=turns {
        let bare = bare(options.threads.get(), length);
        let pooled = runtime.block_on(pooled(&pool, 4 * options.threads.get(), length));
        println!(
            "turn {turn}: bare {bare:.1}/s, pool {pooled:.1}/s, ratio {:.3}",
            pooled / bare
        );
        ratios.push(pooled / bare);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{} threads: median ratio {:.3}",
        options.threads,
        ratios[ratios.len() / 2]
    );
}

/// The best that can be: one tight loop per thread, memory allocated once.
fn bare(threads: usize, length: Duration) -> f64 {
    let (count, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
                let mut blocks = vec![Block::default(); Params::DEFAULT.block_count()];
                let mut tag = [0; 32];
                while !stop.load(Ordering::Relaxed) {
                    argon2
                        .hash_password_into_with_memory(
                            PASSWORD.as_bytes(),
                            &[0; 16],
                            &mut tag,
                            &mut blocks,
                        )
                        .expect("the default parameters are good");
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(length);
        stop.store(true, Ordering::Relaxed);
    });
    rate(&count, start)
}

async fn pooled(pool: &Arc<HashingPool>, clients: usize, length: Duration) -> f64 {
    let (count, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (pool, count) = (Arc::clone(pool), Arc::clone(&count));
        tasks.spawn(async move {
            let password = Password::from(PASSWORD);
            while start.elapsed() < length {
                pool.verify_nothing(&password)
                    .await
                    .expect("the queue has room for all clients");
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tasks.join_all().await;
    rate(&count, start)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn rate(count: &AtomicU64, start: Instant) -> f64 {
    count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}
