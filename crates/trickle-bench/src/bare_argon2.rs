use std::sync::Barrier;
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
    /// Hashes per second at the cost of our own hashes, on so many threads; counted is what is done within the time.
    pub fn rate(threads: usize, length: Duration) -> anyhow::Result<f64> {
        let start = Barrier::new(threads);
        let work = |mut bare: Self| {
            // Takes the page faults.
            bare.hash();
            start.wait();
            let (began, mut count) = (Instant::now(), 0);
            loop {
                bare.hash();
                if began.elapsed() > length {
                    return count;
                }
                count += 1;
            }
        };
        let mut all = Vec::new();
        for _ in 0..threads {
            all.push(Self::new()?);
        }
        let count: usize = std::thread::scope(|scope| {
            let spawn = |bare| scope.spawn(move || work(bare));
            let threads: Vec<_> = all.into_iter().map(spawn).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("hashing does not panic"))
                .sum()
        });
        Ok(crate::rate(count, length))
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
