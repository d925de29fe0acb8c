use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use trickle_password::Argon2Params;

use crate::pool::PASSWORD;

const SALT: [u8; 16] = [0; 16];

/// The best that can be: a tight loop per thread, and its memory there beforehand.
pub struct Bare {
    argon2: Argon2<'static>,
    blocks: Vec<Block>,
}

impl Bare {
    /// Hashes per second at the cost of our own hashes, on so many threads for that long.
    pub fn rate(threads: usize, length: Duration) -> anyhow::Result<f64> {
        let (count, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let start = Barrier::new(threads + 1);
        let mut all = Vec::new();
        for _ in 0..threads {
            all.push(Self::new()?);
        }
        let elapsed = std::thread::scope(|scope| {
            let work = |mut bare: Self| {
                // Takes the page faults.
                bare.hash();
                start.wait();
                while !stop.load(Ordering::Relaxed) {
                    bare.hash();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            };
            let threads: Vec<_> = all
                .into_iter()
                .map(|bare| scope.spawn(move || work(bare)))
                .collect();
            start.wait();
            let began = Instant::now();
            std::thread::sleep(length);
            stop.store(true, Ordering::Relaxed);
            for thread in threads {
                thread.join().expect("hashing does not panic");
            }
            began.elapsed()
        });
        Ok(crate::rate(count.into_inner(), elapsed))
    }

    fn new() -> anyhow::Result<Self> {
        let ours = Argon2Params::default();
        let params = Params::new(ours.memory_kib(), ours.passes(), ours.lanes(), Some(32));
        let params = params.ok().context("take our own cost for Argon2")?;
        let blocks = vec![Block::default(); params.block_count()];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self { argon2, blocks })
    }

    fn hash(&mut self) {
        let mut tag = [0; 32];
        self.argon2
            .hash_password_into_with_memory(PASSWORD.as_bytes(), &SALT, &mut tag, &mut self.blocks)
            .expect("the memory is as large as the parameters say");
        std::hint::black_box(&tag);
    }
}
