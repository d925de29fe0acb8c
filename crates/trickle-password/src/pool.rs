mod queue;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;

use rand::CryptoRng;
use tokio::sync::oneshot;

use self::queue::{Job, Queue};
use crate::memory::Memory;
use crate::{Argon2Params, Password, PasswordHash, Verdict, VerifyError, hash, scheme, verify};

/// Size and target cost of a [`HashingPool`].
#[derive(Clone, Copy, Debug)]
pub struct PoolOptions {
    /// Threads that hash. By default one per core; more gain nothing, since the work never waits.
    pub threads: NonZeroUsize,
    /// Requests that may wait while all threads work. By default 64 per thread: about a second and a half at the default
    /// cost, after which a client that still waits is better off with an answer that says so.
    pub queue: NonZeroUsize,
    /// Cost of new hashes; weaker ones are to be rehashed.
    pub params: Argon2Params,
}

impl Default for PoolOptions {
    fn default() -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let queue =
            threads.saturating_mul(const { NonZeroUsize::new(64).expect("64 is not zero") });
        Self {
            threads,
            queue,
            params: Argon2Params::default(),
        }
    }
}

/// Hashing for async code: dedicated threads, each with its own Argon2 memory, behind one bounded queue.
///
/// When the queue is full, calls fail at once instead of waiting. Share it in an `Arc`; dropping it ends the threads.
///
/// # Cancel safety
/// A dropped future takes its request out of the queue. Work that has begun goes on to its end, since Argon2 cannot be
/// stopped half-way.
#[derive(Debug)]
pub struct HashingPool {
    queue: Arc<Queue>,
    params: Argon2Params,
}

/// All threads work and all places in the queue are taken: answer "busy", try again later.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("find a place in the queue of the hashing pool")]
pub struct Overloaded;

/// Why [`HashingPool::verify`] came to no verdict.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PoolVerifyError {
    /// The server is busy; the hash may be fine.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The hash can never be verified; the server's load does not matter.
    #[error(transparent)]
    Unverifiable(#[from] VerifyError),
}

impl HashingPool {
    /// Starts the threads.
    ///
    /// # Panics
    /// When the system refuses a thread.
    pub fn new(options: PoolOptions) -> Self {
        let queue = Arc::new(Queue::new(options.queue));
        for number in 0..options.threads.get() {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(&queue, options.params))
                .expect("start a hashing thread");
        }
        Self {
            queue,
            params: options.params,
        }
    }

    /// A new Argon2id hash. The salt is drawn from `rng` before the first wait.
    ///
    /// # Errors
    /// At once when the queue is full.
    pub async fn hash(
        &self,
        password: &Password,
        rng: &mut (dyn CryptoRng + Send),
    ) -> Result<PasswordHash, Overloaded> {
        let (password, params, salt) = (password.clone(), self.params, hash::new_salt(rng));
        self.run(move |memory| hash::hash_with_salt(&password, params, salt, memory))
            .await
    }

    /// Compares; see [`verify_against`](crate::verify_against) with this pool's cost as the target.
    ///
    /// # Errors
    /// At once when the queue is full, and when the hash cannot be verified at all.
    pub async fn verify(
        &self,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<Verdict, PoolVerifyError> {
        let check = scheme::parse(hash.as_str())?;
        let (password, params) = (password.clone(), self.params);
        Ok(self
            .run(move |memory| verify::run(&*check, &password, &params, memory))
            .await?)
    }

    /// The work and the wait of a [`verify`](Self::verify) of one of this pool's hashes: call it for a user that does not
    /// exist, so that the answer takes as long as for a wrong password.
    ///
    /// # Errors
    /// As [`hash`](Self::hash).
    pub async fn verify_nothing(&self, password: &Password) -> Result<(), Overloaded> {
        let (password, params) = (password.clone(), self.params);
        self.run(move |memory| hash::hash_nothing(&password, params, memory))
            .await
    }

    /// Requests that wait for a thread, for metrics.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Box::new(Request { work, answer }))?;
        match answered
            .await
            .expect("a thread answers all it takes, and this future borrows the pool")
        {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        }
    }
}

impl Drop for HashingPool {
    fn drop(&mut self) {
        self.queue.close();
    }
}

struct Request<T, W> {
    work: W,
    answer: oneshot::Sender<thread::Result<T>>,
}

impl<T: Send, W: FnOnce(&mut Memory) -> T + Send> Job for Request<T, W> {
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(self: Box<Self>, memory: &mut Memory) {
        // A panic belongs to the caller; the thread must live on for the others.
        let Self { work, answer } = *self;
        let result = catch_unwind(AssertUnwindSafe(|| work(memory)));
        // The caller may have gone meanwhile.
        let _ = answer.send(result);
    }
}

fn work(queue: &Queue, params: Argon2Params) {
    let mut memory = Memory::default();
    while let Some(job) = queue.pop() {
        job.run(&mut memory);
        memory.shrink_to(params.memory_kib() as usize);
    }
}
